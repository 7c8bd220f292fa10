//! What a program would rewrite in its arguments is refused; where nothing is rewritten, the same values are data.

use super::{check_refused, fill_one};

/// A program that rewrites its arguments would rewrite the value too, or take it for the end of its command.
#[test]
fn what_a_program_would_rewrite_is_refused_with_a_way_out() {
    for (text, value, words) in [
        (
            "find . -exec rm <x> \\;",
            "{}",
            "`find -exec` puts its own words for `{}`",
        ),
        ("find . -execdir rm a<x>b {} +", "{}", "`find -exec`"),
        ("find . -ok rm {<x> \\;", "}", "`find -exec`"),
        (
            "find . -exec echo <x> -delete \\;",
            ";",
            "a word `;` ends the command",
        ),
        (
            "find . -exec rm {} <x> \\;",
            "+",
            "a word `+` ends the command",
        ),
        ("V=<x>; find . -exec rm \"$V\" \\;", "{}", "`find -exec`"),
        (
            "for f in <x> $(ls); do find . -exec rm \"$f\" \\; ; done",
            "{}",
            "`find -exec`",
        ),
        (
            "f() { find . -exec rm \"$1\" \\; ; }; f <x>",
            "{}",
            "may be given the value",
        ),
        ("ssh host find . -exec rm <x> '\\;'", "{}", "`find -exec`"),
        (
            "bash -c 'find . -exec rm \"<x>\" \\;'",
            "a{}",
            "`find -exec`",
        ),
        (
            "kubectl exec p -- find /d -exec rm <x> ';'",
            "{}",
            "`find -exec`",
        ),
        (
            "find . -exec sh -c 'rm \"$1\" <x>' _ {} \\;",
            "a {}",
            "`find -exec`",
        ),
        (
            "ls | xargs -I{} mv {} <x>",
            "{}",
            "`xargs` puts its own words for `{}`",
        ),
        (
            "ls | xargs -I % mv % <x>",
            "a%",
            "`xargs` puts its own words for `%`",
        ),
        ("ls | xargs -0rI% sh -c 'mv % <x>'", "a%", "`xargs`"),
        ("ls | xargs -i mv {} <x>", "{}", "`xargs`"),
        ("ls | xargs --replace=@ mv @ <x>", "a@b", "`xargs`"),
        ("ls | xargs --replace mv {} <x>", "{}", "`xargs`"),
        (
            "ls | xargs -I<x> mv a b",
            "a",
            "`xargs` puts its own words for `a`",
        ),
        ("parallel echo {<x>} ::: a", "1", "`parallel`"),
        ("parallel echo <x> ::: a", ":::", "ends the command"),
        ("parallel -I% echo % <x> ::: a", "%", "`parallel`"),
        ("fd -e dump -x mv {} <x>", "{/.}", "`fd -x`"),
        ("fdfind . /b --exec mv {} <x>", "a{}", "`fd -x`"),
        ("fd . -x rm <x> -H", ";", "ends the command"),
    ] {
        let why = check_refused(fill_one(text, value), text, words);
        assert!(why.contains("`<x>` stands"), "{why}");
        assert!(why.contains("another value"), "{why}");
    }
    // Where nothing is replaced the same values are data.
    for (text, value) in [
        ("find <x> -name a", "{}"),
        ("find . -name '*<x>*' -exec rm {} +", "{}"),
        ("find . -exec rm {} \\; ; echo <x>", "{}"),
        ("find . -exec rm {<x>,} \\;", "a"),
        ("ls | xargs rm <x>", "{}"),
        ("ls | xargs -I% mv % <x>", "{}"),
        ("ls | xargs -i% mv % <x>", "{}"),
        ("fd <x>", "{}"),
        ("fd -x mv {} <x>", "a;b"),
    ] {
        let filled = fill_one(text, value);
        assert!(filled.is_ok(), "`{text}` with {value:?}: {filled:?}");
    }
}
