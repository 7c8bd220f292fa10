//! The runbooks that ship inside the program, in our own words.
