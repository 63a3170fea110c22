DROP FUNCTION IF EXISTS reference_as_of(anyelement, timestamptz);
