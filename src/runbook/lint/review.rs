//! A runbook that nobody has looked at for too long.
//!
//! The day comes from the front matter, from a line of the text ("Last reviewed: 2026-03-01"), or from the last change.

use super::page::{Page, Spot};
use super::rule::{Report, Rule, Severity};
use super::{Ask, Settings};
use jiff::civil::Date;

pub(super) const OVERDUE: Rule = Rule {
    name: "review-overdue",
    severity: Severity::Warning,
    finds: "a runbook that has not been reviewed for too long",
    why: "systems move on: names, hosts and commands in it may be those of last year",
};
pub(super) const RULES: &[&Rule] = &[&OVERDUE];

pub(super) fn check(page: &Page<'_>, ask: &dyn Ask, settings: &Settings, report: &mut Report<'_>) {
    if page.runbook.scenarios.is_empty() {
        return;
    }
    let today = ask.today();
    let fix = "walk it through, correct it, and set `reviewed-on: YYYY-MM-DD` in its front matter";
    let stated = page.runbook.front_matter.reviewed_on.as_deref();
    if let Some(text) = stated
        && text.parse::<Date>().is_err()
    {
        let spot = line_with(page, text);
        report.add(
            &OVERDUE,
            spot,
            format!("`{text}` is no date such as 2026-03-01"),
            fix,
        );
        return;
    }
    let in_text = || {
        page.prose().take(400).find_map(|(line, text)| {
            let (date, words) = date_in(text)?;
            Some((Spot::from(line), date, format!("dated {words}")))
        })
    };
    let found = match stated.and_then(|text| Some((text, text.parse::<Date>().ok()?))) {
        Some((text, date)) => {
            let said = format!("last reviewed on {date}");
            Some((line_with(page, text), date, said))
        }
        None => in_text().or_else(|| {
            let date = ask.changed_on()?;
            Some((
                Spot::from(1),
                date,
                format!("last changed on {date}, by git"),
            ))
        }),
    };
    let Some((spot, date, said)) = found else {
        report.add_as(
            &OVERDUE,
            Severity::Note,
            1,
            "nothing says when this runbook was last reviewed",
            "set `reviewed-on: YYYY-MM-DD` in its front matter, or keep it in git",
        );
        return;
    };
    let days = today.since(date).map_or(0, |span| span.get_days());
    if days > settings.review_after_days as i32 {
        report.add(
            &OVERDUE,
            spot,
            format!(
                "{said}: {days} days ago, and {} are allowed",
                settings.review_after_days
            ),
            fix,
        );
    } else if days < -1 {
        report.add(
            &OVERDUE,
            spot,
            format!("{said}: that is still to come"),
            fix,
        );
    }
}

fn line_with(page: &Page<'_>, text: &str) -> Spot {
    page.lines()
        .take(60)
        .map(|(line, _)| page.spot(line, text))
        .find(|spot| spot.column.is_some())
        .unwrap_or_else(|| Spot::from(1))
}

/// `Last reviewed: 2026-03-01`, `**Last updated** | March 1, 2026`, `Date: January 2026`.
fn date_in(text: &str) -> Option<(Date, String)> {
    let lower = text.to_lowercase();
    let plain = lower.replace(['*', '_', '|', '`', ':', '>'], " ");
    let plain = plain.trim_start();
    let labels = [
        "last reviewed",
        "last review",
        "last updated",
        "last update",
        "last modified",
        "last verified",
        "last tested",
        "reviewed",
        "updated",
        "date ",
        "review date",
        "最后更新",
        "最終更新",
        "更新日",
        "letzte aktualisierung",
        "dernière mise à jour",
        "última actualización",
        "cập nhật",
    ];
    let label = labels.iter().find(|label| {
        plain
            .trim_start_matches(['-', ' ', '#'])
            .starts_with(*label)
    })?;
    let rest = &plain[plain.find(label)? + label.len()..];
    let date = iso(rest).or_else(|| in_words(rest))?;
    let at = plain.len() - rest.len();
    let words: String = plain[at..].trim().chars().take(20).collect();
    // As the author wrote them, without the marks around them.
    let written = lower.find(&words).filter(|_| lower.len() == text.len());
    let words = written
        .and_then(|at| text.get(at..at + words.len()))
        .map_or(words.clone(), str::to_owned);
    Some((date, words))
}

fn iso(text: &str) -> Option<Date> {
    (0..text.len())
        .filter(|at| text.is_char_boundary(*at))
        .find_map(|at| text.get(at..at + 10)?.replace(['/', '.'], "-").parse().ok())
}

fn in_words(text: &str) -> Option<Date> {
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let words: Vec<&str> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let at = words
        .iter()
        .position(|word| MONTHS.iter().any(|month| word.starts_with(month)))?;
    let month = MONTHS
        .iter()
        .position(|month| words[at].starts_with(month))? as i8
        + 1;
    let number = |word: Option<&&str>| {
        word.and_then(|word| {
            word.trim_end_matches(char::is_alphabetic)
                .parse::<i16>()
                .ok()
        })
    };
    let before = at
        .checked_sub(1)
        .and_then(|before| number(words.get(before)));
    let (next, then) = (number(words.get(at + 1)), number(words.get(at + 2)));
    let (day, year) = match (before, next, then) {
        (_, Some(day), Some(year)) if day <= 31 => (day, year),
        (Some(day), Some(year), _) if day <= 31 => (day, year),
        // A month alone counts from its end.
        (_, Some(year), _) if year > 31 => (28, year),
        _ => return None,
    };
    Date::new(year, month, i8::try_from(day).ok()?).ok()
}
