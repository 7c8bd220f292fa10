//! Placeholders: the holes in a block, and how a value is put in as data and never as code.
