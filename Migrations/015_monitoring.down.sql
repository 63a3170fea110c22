-- The role stays: it belongs to the cluster.

DROP VIEW IF EXISTS performance_alerts;
DROP VIEW IF EXISTS hourly_system_metrics;
DROP VIEW IF EXISTS latest_health_checks;
DROP VIEW IF EXISTS latest_system_metrics;
DROP TABLE IF EXISTS metric_limits;
DROP TABLE IF EXISTS health_checks;
DROP TABLE IF EXISTS system_metrics;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'symbology_metrics') THEN
        EXECUTE format('REVOKE ALL ON SCHEMA %I FROM symbology_metrics', current_schema());
    END IF;
END
$$;
