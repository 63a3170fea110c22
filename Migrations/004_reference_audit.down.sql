-- The lines written so far go with it.

DROP TABLE IF EXISTS reference_audit;
