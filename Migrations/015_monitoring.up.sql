-- What systems measure of themselves and how they are, written by `symbology serve --record-metrics` and by whoever
-- else is a member of symbology_metrics. `symbology retain` removes what is old.

CREATE TABLE IF NOT EXISTS system_metrics (
    id BIGINT PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    metric_category TEXT COLLATE "C" NOT NULL,
    metric_name TEXT COLLATE "C" NOT NULL,
    instance TEXT COLLATE "C" NOT NULL DEFAULT '',
    metric_value DOUBLE PRECISION NOT NULL,
    metric_unit TEXT COLLATE "C" NOT NULL DEFAULT '',
    metric_time TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT system_metrics_category
        CHECK (metric_category IN ('PERFORMANCE', 'CACHE', 'DATABASE', 'NETWORK', 'BUSINESS')),
    CONSTRAINT system_metrics_texts CHECK (octet_length(metric_name) BETWEEN 1 AND 100
        AND octet_length(instance) <= 100 AND octet_length(metric_unit) <= 20),
    CONSTRAINT system_metrics_value CHECK (metric_value > '-Infinity' AND metric_value < 'Infinity'),
    CONSTRAINT system_metrics_time CHECK (isfinite(metric_time))
);

CREATE INDEX IF NOT EXISTS idx_system_metrics_name
    ON system_metrics (metric_name, instance, metric_time DESC) INCLUDE (metric_value);
CREATE INDEX IF NOT EXISTS idx_system_metrics_time ON system_metrics USING brin (metric_time);

COMMENT ON TABLE system_metrics IS 'What systems measured of themselves; rows are only ever added';
COMMENT ON COLUMN system_metrics.metric_category IS 'PERFORMANCE, CACHE, DATABASE, NETWORK or BUSINESS';
COMMENT ON COLUMN system_metrics.instance IS
    'Which of several alike, such as a server by its name; empty for the only one';
COMMENT ON COLUMN system_metrics.metric_value IS 'In metric_unit';
COMMENT ON COLUMN system_metrics.metric_unit IS 'As in us, ms, s, bytes, per s; empty for a count';

CREATE TABLE IF NOT EXISTS health_checks (
    id BIGINT PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    component TEXT COLLATE "C" NOT NULL,
    instance TEXT COLLATE "C" NOT NULL DEFAULT '',
    status TEXT COLLATE "C" NOT NULL,
    response_time_ms DOUBLE PRECISION,
    detail TEXT,
    check_time TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT health_checks_status CHECK (status IN ('HEALTHY', 'WARNING', 'CRITICAL', 'UNKNOWN')),
    CONSTRAINT health_checks_texts CHECK (octet_length(component) BETWEEN 1 AND 100
        AND octet_length(instance) <= 100 AND octet_length(detail) <= 2000),
    CONSTRAINT health_checks_response_time CHECK (response_time_ms >= 0 AND response_time_ms < 'Infinity'),
    CONSTRAINT health_checks_time CHECK (isfinite(check_time))
);

CREATE INDEX IF NOT EXISTS idx_health_checks_component ON health_checks (component, instance, check_time DESC);
CREATE INDEX IF NOT EXISTS idx_health_checks_time ON health_checks USING brin (check_time);

COMMENT ON TABLE health_checks IS 'How components of systems were, as they said; rows are only ever added';
COMMENT ON COLUMN health_checks.instance IS 'As system_metrics.instance';
COMMENT ON COLUMN health_checks.status IS 'HEALTHY, WARNING, CRITICAL or UNKNOWN';
COMMENT ON COLUMN health_checks.response_time_ms IS 'Milliseconds that the check took; NULL where nothing was asked';

-- From where on a metric is an alert. An administrator's to change: rows that are there are never overwritten.
CREATE TABLE IF NOT EXISTS metric_limits (
    metric_name TEXT COLLATE "C" PRIMARY KEY,
    warning_above DOUBLE PRECISION,
    critical_above DOUBLE PRECISION,
    CONSTRAINT metric_limits_order CHECK (warning_above <= critical_above),
    CONSTRAINT metric_limits_some CHECK (num_nonnulls(warning_above, critical_above) > 0)
);

COMMENT ON TABLE metric_limits IS 'From where on a metric is an alert, in the unit in which it is written';

INSERT INTO metric_limits (metric_name, warning_above, critical_above)
VALUES ('lookup_p99', 1000, 10000), ('snapshot_age', 120, 600), ('rows_refused', 0, NULL),
    ('notification_queue', 25, 50)
ON CONFLICT DO NOTHING;

-- By leaps, as latest_account_balances: however much is written, the cost is one look a metric or component.
CREATE OR REPLACE VIEW latest_system_metrics WITH (security_invoker = true) AS
WITH RECURSIVE step AS (
    (SELECT m.* FROM system_metrics m ORDER BY m.metric_name, m.instance, m.metric_time DESC LIMIT 1)
    UNION ALL
    SELECT next.* FROM step CROSS JOIN LATERAL (
        SELECT m.* FROM system_metrics m WHERE (m.metric_name, m.instance) > (step.metric_name, step.instance)
        ORDER BY m.metric_name, m.instance, m.metric_time DESC LIMIT 1
    ) AS next
)
SELECT * FROM step;

COMMENT ON VIEW latest_system_metrics IS 'The newest value of each metric of each instance';

-- Who has said nothing for five minutes is not known to be well.
CREATE OR REPLACE VIEW latest_health_checks WITH (security_invoker = true) AS
WITH RECURSIVE step AS (
    (SELECT h.* FROM health_checks h ORDER BY h.component, h.instance, h.check_time DESC LIMIT 1)
    UNION ALL
    SELECT next.* FROM step CROSS JOIN LATERAL (
        SELECT h.* FROM health_checks h WHERE (h.component, h.instance) > (step.component, step.instance)
        ORDER BY h.component, h.instance, h.check_time DESC LIMIT 1
    ) AS next
)
SELECT component, instance,
    CASE WHEN check_time < now() - interval '5 minutes' THEN 'UNKNOWN' ELSE status END AS status,
    status AS last_status, response_time_ms, detail, check_time
FROM step;

COMMENT ON VIEW latest_health_checks IS
    'The newest check of each component of each instance; UNKNOWN where that is older than five minutes';

-- Every metric an hour, of the last day.
CREATE OR REPLACE VIEW hourly_system_metrics WITH (security_invoker = true) AS
SELECT date_trunc('hour', metric_time, 'UTC') AS hour, metric_category, metric_name, instance, metric_unit,
    count(*) AS sample_count, min(metric_value) AS minimum, avg(metric_value) AS average, max(metric_value) AS maximum
FROM system_metrics
WHERE metric_time >= date_trunc('hour', now() - interval '1 day', 'UTC')
GROUP BY 1, 2, 3, 4, 5;

COMMENT ON VIEW hourly_system_metrics IS 'Each metric by the hour, in metric_unit, of the last day';

-- What is beyond its limit, or not well, now.
CREATE OR REPLACE VIEW performance_alerts WITH (security_invoker = true) AS
SELECT CASE WHEN m.metric_value > l.critical_above THEN 'CRITICAL' ELSE 'WARNING' END AS severity,
    'metric' AS alert_type, m.metric_name AS name, m.instance, m.metric_value AS value, m.metric_unit AS unit,
    CASE WHEN m.metric_value > l.critical_above THEN l.critical_above ELSE l.warning_above END AS limit_value,
    NULL::text AS detail, m.metric_time AS noticed_at
FROM latest_system_metrics m JOIN metric_limits l USING (metric_name)
WHERE m.metric_value > least(l.warning_above, l.critical_above) AND m.metric_time >= now() - interval '5 minutes'
UNION ALL
SELECT h.status, 'health', h.component, h.instance, h.response_time_ms, 'ms', NULL, h.detail, h.check_time
FROM latest_health_checks h WHERE h.status <> 'HEALTHY';

COMMENT ON VIEW performance_alerts IS
    'Metrics of the last five minutes beyond their metric_limits, and components that are not HEALTHY';

-- A role that can do nothing else: a server that records is one more session of little trust.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'symbology_metrics') THEN
        BEGIN
            CREATE ROLE symbology_metrics NOLOGIN;
        EXCEPTION
            WHEN duplicate_object OR unique_violation THEN NULL;
            WHEN insufficient_privilege THEN
                RAISE WARNING 'role symbology_metrics cannot be created by %; have an administrator run '
                    '"CREATE ROLE symbology_metrics NOLOGIN", then this migration down and up again', current_user;
        END;
    END IF;
    IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'symbology_metrics') THEN
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO symbology_metrics', current_schema());
        GRANT INSERT ON system_metrics, health_checks TO symbology_metrics;
    END IF;
    IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'symbology_manager') THEN
        GRANT SELECT ON system_metrics, health_checks, metric_limits, latest_system_metrics, latest_health_checks,
            hourly_system_metrics, performance_alerts TO symbology_manager;
        GRANT INSERT, UPDATE, DELETE ON metric_limits TO symbology_manager;
    END IF;
END
$$;
