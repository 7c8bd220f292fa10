//! The runbooks that ship inside the program, so that the console is useful with no file at all.

/// Name and Markdown of each; sources are shown as `builtin:NAME`.
pub fn all() -> Vec<(&'static str, &'static str)> {
    vec![
        ("services", include_str!("builtin/services.md")),
        ("platform", include_str!("builtin/platform.md")),
    ]
}
