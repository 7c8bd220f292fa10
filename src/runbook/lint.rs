//! Lint: what would fail at 3 a.m., with file, line, rule, why and a fix. PURE.
