//! The people whom a sentence names in full, and what it says they are.

use super::lexicon::Classes;
use super::mentions::{Mention, MentionKind, ending_at, is_particle, starting_at};
use super::words::Word;

/// The people who are named with a title or by two names, with what the text says they are.
pub(super) fn full_names(words: &[Word], text: &str) -> Vec<(Mention, Option<Mention>)> {
    let mut names = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let joins = |word: &Word| {
            !word.quoted
                && (word.is_name()
                    || word.is(Classes::TITLE)
                        && word.is_wordlike()
                        && !word.is(Classes::DETERMINER))
        };
        if !joins(&words[at]) {
            at += 1;
            continue;
        }
        let start = at;
        while at < words.len()
            && (joins(&words[at])
                || is_particle(&words[at], text) && words.get(at + 1).is_some_and(joins))
        {
            at += 1;
        }
        let run = &words[start..at];
        let proper = |word: &&Word| {
            word.is_name()
                && !word.is(Classes::TITLE
                    | Classes::COUNTRY
                    | Classes::STARTER
                    | Classes::ORGANISATION
                    | Classes::BARE)
        };
        let count = run.iter().filter(proper).count();
        let titled = run.iter().any(|word| word.is(Classes::TITLE));
        let last = at - 1;
        if count == 0 || !(titled || count > 1) || !proper(&&words[last]) {
            continue;
        }
        let Some(name) =
            ending_at(words, text, 0, last).filter(|name| name.kind == MentionKind::Name)
        else {
            continue;
        };
        names.push((name, apposition(words, text, name)));
    }
    names
}

/// What a named person is said to be, right before or behind the name: "Finland's foreign minister, Sanna
/// Ahlberg", "Sanna Ahlberg, the foreign minister,".
fn apposition(words: &[Word], text: &str, name: Mention) -> Option<Mention> {
    let is_role = |mention: &Mention| {
        mention.kind == MentionKind::Description && words[mention.head].is(Classes::ROLE)
    };
    let comma = |at: usize| {
        words
            .get(at)
            .is_some_and(|word| word.mark(text) == Some(','))
    };
    let before = name
        .first
        .checked_sub(2)
        .filter(|_| comma(name.first - 1))
        .and_then(|last| ending_at(words, text, 0, last))
        .filter(is_role);
    before.or_else(|| {
        if !comma(name.last + 1) {
            return None;
        }
        // Over "58, " and such.
        let role = starting_at(words, text, name.last + 2).filter(is_role)?;
        let closed = words.get(role.last + 1).is_none_or(|word| {
            !word.is_wordlike() || word.is(Classes::BOUNDARY | Classes::PREPOSITION)
        });
        closed.then_some(role)
    })
}
