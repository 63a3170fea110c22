-- What accounts hold, as observed, and why it changed.
--
-- Amounts are in units of their asset and NUMERIC(30, 18): twelve digits before the point, eighteen behind it. What
-- has more before it (1e12 of a coin that is worth next to nothing) is refused; what has more behind it is rounded.
-- NUMERIC takes NaN, which is greater than every number: each rule on amounts has an upper end for that.

CREATE TABLE IF NOT EXISTS account_balances (
    id BIGINT PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    exchange_id SMALLINT NOT NULL REFERENCES exchanges (id),
    account_type TEXT COLLATE "C" NOT NULL,
    asset TEXT COLLATE "C" NOT NULL,
    free_balance NUMERIC(30, 18) NOT NULL,
    locked_balance NUMERIC(30, 18) NOT NULL DEFAULT 0,
    total_balance NUMERIC(30, 18) NOT NULL GENERATED ALWAYS AS (free_balance + locked_balance) STORED,
    margin_balance NUMERIC(30, 18),
    unrealized_pnl NUMERIC(30, 18),
    snapshot_time TIMESTAMPTZ NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    CONSTRAINT account_balances_account_type CHECK (account_type IN ('SPOT', 'FUTURES', 'MARGIN', 'OPTIONS')),
    CONSTRAINT account_balances_asset CHECK (octet_length(asset) BETWEEN 1 AND 25),
    CONSTRAINT account_balances_free CHECK (free_balance >= 0 AND free_balance < 'NaN'),
    CONSTRAINT account_balances_locked CHECK (locked_balance >= 0 AND locked_balance < 'NaN'),
    CONSTRAINT account_balances_margin CHECK (margin_balance < 'NaN'),
    CONSTRAINT account_balances_pnl CHECK (unrealized_pnl < 'NaN'),
    CONSTRAINT account_balances_time CHECK (isfinite(snapshot_time))
);

-- One observation a moment, and the newest first: the view below leaps from asset to asset along it.
CREATE UNIQUE INDEX IF NOT EXISTS account_balances_moment_unique
    ON account_balances (exchange_id, account_type, asset, snapshot_time DESC);
-- For retention, which reads the oldest pages only.
CREATE INDEX IF NOT EXISTS idx_account_balances_time ON account_balances USING brin (snapshot_time);

COMMENT ON TABLE account_balances IS 'What an account held of an asset at a moment; rows are only ever added';
COMMENT ON COLUMN account_balances.account_type IS 'SPOT, FUTURES, MARGIN or OPTIONS';
COMMENT ON COLUMN account_balances.asset IS 'As in symbols.base_asset';
COMMENT ON COLUMN account_balances.free_balance IS
    'In units of the asset; what orders may be made with. At most 12 digits before the point';
COMMENT ON COLUMN account_balances.locked_balance IS 'In units of the asset; what open orders hold';
COMMENT ON COLUMN account_balances.total_balance IS 'In units of the asset; free and locked';
COMMENT ON COLUMN account_balances.margin_balance IS 'In units of the asset; NULL where there is no margin';
COMMENT ON COLUMN account_balances.unrealized_pnl IS
    'In units of the asset, of open positions; NULL where there are none';
COMMENT ON COLUMN account_balances.snapshot_time IS 'When the venue said so';

CREATE TABLE IF NOT EXISTS balance_changes (
    id BIGINT PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    exchange_id SMALLINT NOT NULL REFERENCES exchanges (id),
    account_type TEXT COLLATE "C" NOT NULL,
    asset TEXT COLLATE "C" NOT NULL,
    change_type TEXT COLLATE "C" NOT NULL,
    amount NUMERIC(30, 18) NOT NULL,
    previous_balance NUMERIC(30, 18) NOT NULL,
    new_balance NUMERIC(30, 18) NOT NULL,
    reference_id TEXT,
    reference_type TEXT,
    description TEXT,
    change_time TIMESTAMPTZ NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    CONSTRAINT balance_changes_account_type CHECK (account_type IN ('SPOT', 'FUTURES', 'MARGIN', 'OPTIONS')),
    CONSTRAINT balance_changes_asset CHECK (octet_length(asset) BETWEEN 1 AND 25),
    CONSTRAINT balance_changes_type
        CHECK (change_type IN ('TRADE', 'DEPOSIT', 'WITHDRAWAL', 'TRANSFER', 'FEE', 'ADJUSTMENT')),
    -- Three numbers less than NaN, or a NaN would add up with anything.
    CONSTRAINT balance_changes_sum
        CHECK (greatest(amount, previous_balance, new_balance) < 'NaN' AND previous_balance + amount = new_balance),
    CONSTRAINT balance_changes_reference
        CHECK (octet_length(reference_id) BETWEEN 1 AND 100 AND octet_length(reference_type) BETWEEN 1 AND 50),
    CONSTRAINT balance_changes_time CHECK (isfinite(change_time))
);

CREATE INDEX IF NOT EXISTS idx_balance_changes_account
    ON balance_changes (exchange_id, account_type, asset, change_time DESC);
CREATE INDEX IF NOT EXISTS idx_balance_changes_reference
    ON balance_changes (reference_id, reference_type) WHERE reference_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS idx_balance_changes_time ON balance_changes USING brin (change_time);

COMMENT ON TABLE balance_changes IS 'Why the balance of an account changed, and by how much; rows are only ever added';
COMMENT ON COLUMN balance_changes.change_type IS 'TRADE, DEPOSIT, WITHDRAWAL, TRANSFER, FEE or ADJUSTMENT';
COMMENT ON COLUMN balance_changes.amount IS 'In units of the asset; negative for what went away';
COMMENT ON COLUMN balance_changes.previous_balance IS 'In units of the asset; with the amount it is the new balance';
COMMENT ON COLUMN balance_changes.new_balance IS 'In units of the asset';
COMMENT ON COLUMN balance_changes.reference_id IS 'What caused it, by its own id: an execution, a deposit';
COMMENT ON COLUMN balance_changes.reference_type IS 'What reference_id is an id of';
COMMENT ON COLUMN balance_changes.change_time IS 'When the venue says that it happened';

-- The newest balance of each account and asset. Each step finds the next asset and its newest row at once, so that the
-- cost is one look into the index for each of them, however many observations there are. A condition on exchange_id or
-- account_type leaves the other accounts unread; a single asset is found faster in the table itself:
--
--     SELECT * FROM account_balances WHERE exchange_id = 1 AND account_type = 'SPOT' AND asset = 'BTC'
--      ORDER BY snapshot_time DESC LIMIT 1
CREATE OR REPLACE VIEW latest_account_balances WITH (security_invoker = true) AS
SELECT newest.id, e.id AS exchange_id, e.enum_value AS exchange, a.account_type, newest.asset, newest.free_balance,
    newest.locked_balance, newest.total_balance, newest.margin_balance, newest.unrealized_pnl, newest.snapshot_time,
    newest.created_at
FROM exchanges e
CROSS JOIN (VALUES ('SPOT'), ('FUTURES'), ('MARGIN'), ('OPTIONS')) AS a (account_type)
CROSS JOIN LATERAL (
    WITH RECURSIVE step AS (
        (SELECT b.* FROM account_balances b
         WHERE b.exchange_id = e.id AND b.account_type = a.account_type
         ORDER BY b.asset, b.snapshot_time DESC LIMIT 1)
        UNION ALL
        SELECT next.* FROM step CROSS JOIN LATERAL (
            SELECT b.* FROM account_balances b
            WHERE b.exchange_id = step.exchange_id AND b.account_type = step.account_type AND b.asset > step.asset
            ORDER BY b.asset, b.snapshot_time DESC LIMIT 1
        ) AS next
    )
    SELECT * FROM step
) AS newest;

COMMENT ON VIEW latest_account_balances IS 'The newest balance of each account and asset that has any';

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'symbology_manager') THEN
        GRANT SELECT, INSERT ON account_balances, balance_changes TO symbology_manager;
        GRANT SELECT ON latest_account_balances TO symbology_manager;
    END IF;
END
$$;
