-- Fails while anything (symbols, for one) still refers to the table.

DROP TABLE IF EXISTS exchanges;
