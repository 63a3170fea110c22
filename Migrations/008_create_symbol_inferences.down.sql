-- Undoes 008. What populate wrote into symbols stays; it counts as set by hand from then on.

DROP TABLE IF EXISTS symbol_inferences;
