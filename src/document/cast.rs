//! Who is who: the mentions of a document joined to speakers.

use std::hash::BuildHasher as _;
use std::rc::Rc;

use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use super::acronyms::{acronym, initials};
use super::describe::{Described, Role, describe, phrase};
use super::lexicon::Country;
use super::mentions::{Mention, MentionKind};
use super::words::Word;

/// Somebody whom a document mentions.
#[derive(Debug, Clone, Default)]
pub(super) struct Person {
    /// The fullest phrase that names them.
    pub(super) name: String,
    rank: usize,
    /// The parts of the name, in lower case.
    names: Vec<String>,
    roles: Vec<Rc<Role>>,
    country: Option<Country>,
    feminine: bool,
    masculine: bool,
    /// A body or a country, and not a person.
    group: bool,
    plural: bool,
    /// In which segment the text last spoke of them, counted from 1; 0 is never.
    spoken_at: usize,
}

impl Person {
    /// Whether neither country nor gender speaks against it that a phrase means this person.
    fn agrees_with(&self, described: &Described) -> bool {
        let country = match (described.country, self.country) {
            (Some(a), Some(b)) => a == b,
            _ => true,
        };
        let gender =
            !(described.feminine && self.masculine || described.masculine && self.feminine);
        country && gender
    }
}

/// What a body is called that has just been named.
const GENERIC: [&str; 9] = [
    "group",
    "movement",
    "organisation",
    "organization",
    "agency",
    "watchdog",
    "faction",
    "militia",
    "charity",
];
/// How many segments later a body is still the one that such a word means.
const BODY_FOCUS: usize = 4;
/// How many segments later a name is still the one that an office without a name means.
const NAME_FOCUS: usize = 2;
/// How many earlier people are looked at for a description; the ones before are too far back.
const CANDIDATES: usize = 12;
/// How many offices are kept to be shared.
const SHARED: usize = 256;
/// How many people, the latest ones, are looked through for one whose first name is the family's.
const FAMILY: usize = 96;
/// How many offices of one person are remembered.
const OFFICES: usize = 16;
/// What makes another office of one: "the shadow foreign secretary" is not the foreign secretary.
const RANKS: [&str; 5] = ["prime", "shadow", "vice", "deputy", "former"];
/// Words that make somebody another's.
const OWNERS: [&str; 4] = ["his ", "her ", "its ", "their "];
/// How many people are remembered for pronouns.
const FOCUS: usize = 4;

/// Everybody in a document.
#[derive(Debug, Default)]
pub(super) struct Cast {
    pub(super) people: Vec<Person>,
    /// People by the hash of their last name.
    by_name: FxHashMap<u64, Vec<usize>>,
    by_role: FxHashMap<String, Vec<usize>>,
    /// The first offices, each once: many people can have the same.
    roles: FxHashSet<Rc<Role>>,
    /// Bodies by the hash of an acronym that their name can have.
    by_initials: FxHashMap<u64, usize>,
    /// People by the hash of a phrase that described them.
    by_phrase: FxHashMap<u64, usize>,
    /// The people last spoken of, the latest at the end.
    focus: Vec<usize>,
    /// The body last spoken of.
    group_focus: Option<usize>,
    /// How many segments have been read.
    time: usize,
}

impl Cast {
    /// Notes a named person with his title, and where the text says what he is, that too.
    pub(super) fn note(
        &mut self,
        words: &[Word],
        text: &str,
        name: Mention,
        role: Option<Mention>,
    ) {
        let mut described = describe(words, text, name);
        if described.names.is_empty() {
            return;
        }
        let apposed = role.map(|mention| describe(words, text, mention));
        if let Some(apposed) = apposed {
            described.country = described.country.or(apposed.country);
            described.feminine |= apposed.feminine;
            described.masculine |= apposed.masculine;
            let person = self.named(&described, phrase(words, text, name));
            if let Some(role) = apposed.role {
                self.add_role(person, role);
            }
        } else {
            self.named(&described, phrase(words, text, name));
        }
    }

    /// Somebody known by a name alone, such as a document's default speaker.
    pub(super) fn add(&mut self, name: &str) -> usize {
        let names: Vec<String> = name.split_whitespace().map(str::to_lowercase).collect();
        let last = names.last().cloned().unwrap_or_default();
        self.people.push(Person {
            name: name.to_owned(),
            rank: usize::MAX,
            names,
            ..Person::default()
        });
        let person = self.people.len() - 1;
        self.by_name.entry(hash_of(&last)).or_default().push(person);
        person
    }

    /// Whom a phrase means; none for a pronoun that could be anybody. `reply`: whether they answer the
    /// one who spoke last.
    pub(super) fn resolve(
        &mut self,
        words: &[Word],
        text: &str,
        mention: Mention,
        reply: bool,
    ) -> Option<usize> {
        let person = match mention.kind {
            MentionKind::Pronoun => self.pronoun(&words[mention.head], text, reply)?,
            MentionKind::Name => {
                let described = describe(words, text, mention);
                if described.names.is_empty() {
                    self.described(&described, phrase(words, text, mention))
                } else {
                    self.named(&described, phrase(words, text, mention))
                }
            }
            MentionKind::Several => {
                let phrase = phrase(words, text, mention);
                let key = hash_of(&phrase.to_lowercase());
                let person = match self.by_phrase.get(&key) {
                    Some(&person) => person,
                    None => self.new_person(key),
                };
                self.people[person].name = phrase;
                self.people[person].plural = true;
                person
            }
            MentionKind::Description | MentionKind::Other => {
                if is_made_by_another(words[mention.head].of(text)) {
                    return self.author();
                }
                // "the 61-year-old": whoever was just spoken of.
                let aged = words[mention.first..=mention.last]
                    .iter()
                    .any(|word| word.of(text).ends_with("-year-old"));
                let definite = matches!(words[mention.first].of(text), "the" | "The");
                if aged
                    && definite
                    && let Some(person) = self.in_focus(None, |_| true, |_| false)
                {
                    return Some(person);
                }
                let described = describe(words, text, mention);
                self.described(&described, phrase(words, text, mention))
            }
        };
        Some(person)
    }

    /// Notes an acronym for a body, by what a phrase means, or by the name alone where it is read as nobody's.
    pub(super) fn note_acronym(
        &mut self,
        words: &[Word],
        text: &str,
        (mention, name): (Option<Mention>, &str),
        acronym: String,
    ) {
        let key = hash_of(&acronym);
        if self.by_name.contains_key(&key) {
            return;
        }
        let body = mention.and_then(|mention| self.resolve(words, text, mention, false));
        let body = body.unwrap_or_else(|| {
            self.people.push(Person {
                name: name.to_owned(),
                rank: usize::MAX,
                group: true,
                ..Person::default()
            });
            self.people.len() - 1
        });
        // In front: the last name is what the body is looked up by.
        self.people[body].names.insert(0, acronym);
        self.by_name.entry(key).or_default().push(body);
    }

    /// Whether somebody of this name is known.
    pub(super) fn knows(&self, name: &str) -> bool {
        self.by_name.contains_key(&hash_of(&name.to_lowercase()))
    }

    /// Whether somebody is a body or a country.
    pub(super) fn is_group(&self, person: usize) -> bool {
        self.people[person].group
    }

    /// Notes that somebody is spoken of here, for the pronouns that follow.
    pub(super) fn spoken_of(&mut self, person: usize) {
        if self.people[person].group || self.people[person].plural {
            self.group_focus = Some(person);
        }
        self.people[person].spoken_at = self.time + 1;
        if !self.people[person].group && !self.people[person].plural {
            self.focus.retain(|&before| before != person);
            self.focus.push(person);
            if self.focus.len() > FOCUS {
                self.focus.remove(0);
            }
        }
        if let Some(last) = self.people[person].names.last()
            && let Some(list) = self.by_name.get_mut(&hash_of(last))
            && list.last() != Some(&person)
        {
            // The latest at the end; its earlier places do no harm.
            list.push(person);
        }
    }

    /// Moves on to the next segment.
    pub(super) fn next_segment(&mut self) {
        self.time += 1;
    }

    /// Who made a statement: the body last spoken of, unless somebody else has spoken since.
    fn author(&self) -> Option<usize> {
        let latest = self.focus.last().copied();
        let spoken = |person: usize| self.people[person].spoken_at;
        let since = |body: usize| latest.filter(|&latest| spoken(latest) > spoken(body) + 1);
        match self.group_focus {
            Some(body) => since(body).or(Some(body)),
            None => latest,
        }
    }

    fn pronoun(&mut self, word: &Word, text: &str, reply: bool) -> Option<usize> {
        let asked = self
            .focus
            .last()
            .copied()
            .filter(|_| reply && self.focus.len() > 1);
        let pronoun = word.of(text).to_lowercase();
        match pronoun.as_str() {
            "he" | "him" => {
                let person = self.in_focus(asked, |p| p.masculine, |p| p.feminine)?;
                self.people[person].masculine = true;
                Some(person)
            }
            "she" | "her" => {
                let person = self.in_focus(asked, |p| p.feminine, |p| p.masculine)?;
                self.people[person].feminine = true;
                Some(person)
            }
            "they" | "them" => self.group_focus,
            _ => self
                .group_focus
                .filter(|&person| !self.people[person].plural),
        }
    }

    /// The person whom a pronoun means: one who was just spoken of, or else the only one whom it can mean.
    fn in_focus(
        &self,
        except: Option<usize>,
        is: impl Fn(&Person) -> bool,
        is_not: impl Fn(&Person) -> bool,
    ) -> Option<usize> {
        let possible: Vec<usize> = self
            .focus
            .iter()
            .rev()
            .copied()
            .filter(|&person| Some(person) != except && !is_not(&self.people[person]))
            .collect();
        let &latest = possible.first()?;
        if possible.len() == 1 || self.time <= self.people[latest].spoken_at {
            return Some(latest);
        }
        let mut known = possible
            .into_iter()
            .filter(|&person| is(&self.people[person]));
        // A wrong name is worse than none.
        known.next().filter(|_| known.next().is_none())
    }

    /// Somebody with a name: one who has it already, or a new person.
    fn named(&mut self, described: &Described, phrase: String) -> usize {
        let Some(last) = described.names.last() else {
            return self.described(described, phrase);
        };
        let fits = |&candidate: &usize| {
            let person = &self.people[candidate];
            let (known, named) = (&person.names, &described.names);
            (named.iter().all(|name| known.contains(name))
                || known.iter().all(|name| named.contains(name)))
                && person.agrees_with(described)
        };
        let by_last = self
            .by_name
            .get(&hash_of(last))
            .and_then(|list| list.iter().rev().take(CANDIDATES).copied().find(fits));
        // "Ko", whose full name is "Ko Jong Chol"
        let by_first = || {
            let single = described.names.len() == 1 && !described.group;
            let first = |person: &usize| {
                let names = &self.people[*person].names;
                names.len() > 1 && names.first() == Some(last)
            };
            let mut people = (0..self.people.len()).rev().take(FAMILY);
            people.find(|person| single && first(person) && fits(person))
        };
        let known = by_last
            .or_else(by_first)
            .or_else(|| self.by_acronym(described, &phrase));
        let person = known.unwrap_or_else(|| {
            self.people.push(Person::default());
            self.people.len() - 1
        });
        if by_last.is_none() {
            self.by_name.entry(hash_of(last)).or_default().push(person);
        }
        self.learn(person, described, phrase);
        person
    }

    /// The body whose name an acronym is short for, or whose acronym a name spells out.
    fn by_acronym(&self, described: &Described, phrase: &str) -> Option<usize> {
        let candidate = match acronym(phrase) {
            Some(acronym) => self.by_initials.get(&hash_of(&acronym)).copied(),
            None if described.group => initials(phrase)
                .iter()
                .filter(|initials| !initials.is_empty())
                .filter_map(|initials| self.by_name.get(&hash_of(initials)))
                .find_map(|people| people.last().copied()),
            None => None,
        };
        candidate.filter(|&body| self.people[body].agrees_with(described))
    }

    /// Somebody by what he is: the latest one whom it fits, or a new person.
    fn described(&mut self, described: &Described, phrase: String) -> usize {
        let key = hash_of(&phrase.to_lowercase());
        if described.indefinite {
            let known = self.by_phrase.get(&key).copied();
            let person = known.unwrap_or_else(|| self.new_person(key));
            self.learn(person, described, phrase);
            return person;
        }
        // "his spokesman" is nobody's who spoke before.
        let another = OWNERS.iter().any(|owner| {
            let own = phrase.get(..owner.len());
            own.is_some_and(|own| own.eq_ignore_ascii_case(owner))
        }) && described
            .role
            .as_ref()
            .is_some_and(|role| role.head == "spokesperson");
        let fitting = described
            .role
            .as_ref()
            .and_then(|role| self.latest_fitting(role, described))
            .filter(|&person| !another || self.people[person].spoken_at == 0);
        let body = described
            .role
            .as_ref()
            .and_then(|role| self.body_in_focus(role, described))
            .filter(|&body| {
                fitting
                    .is_none_or(|known| self.people[known].spoken_at < self.people[body].spoken_at)
            });
        let person = body
            .or(fitting)
            .or_else(|| self.by_phrase.get(&key).copied())
            .or_else(|| self.by_acronym(described, &phrase))
            .unwrap_or_else(|| self.new_person(key));
        self.by_phrase.entry(key).or_insert(person);
        self.learn(person, described, phrase);
        person
    }

    /// The body that was just named, where a description says no more than that it is one: "Hamas … The group".
    fn body_in_focus(&self, role: &Role, described: &Described) -> Option<usize> {
        let plain = described.definite
            && described.country.is_none()
            && role.modifiers.is_empty()
            && GENERIC.contains(&role.head.as_str());
        let body = self.group_focus.filter(|_| plain)?;
        let known = &self.people[body];
        let named = known.group && !known.names.is_empty() && known.country.is_none();
        (named && known.spoken_at + BODY_FOCUS >= self.time).then_some(body)
    }

    /// The one of whom the text spoke last among those whom a description fits. Somebody of whom it has
    /// not spoken yet is meant only if nobody else can be.
    fn latest_fitting(&self, role: &Role, described: &Described) -> Option<usize> {
        let others = if described.definite {
            kinds_of(&role.head)
        } else {
            &[]
        };
        let heads = std::iter::once(role.head.as_str()).chain(others.iter().copied());
        let fitting: Vec<usize> = heads
            .filter_map(|head| self.by_role.get(head))
            .flat_map(|candidates| candidates.iter().rev().take(CANDIDATES).copied())
            .filter(|&candidate| self.fits(candidate, role, described))
            .collect();
        let of_country: Vec<usize> = fitting
            .iter()
            .copied()
            .filter(|&person| {
                described.country.is_some() && self.people[person].country == described.country
            })
            .collect();
        let fitting = if of_country.is_empty() {
            fitting
        } else {
            of_country
        };
        let spoken = |person: usize| self.people[person].spoken_at;
        let latest = fitting.iter().copied().max_by_key(|&person| spoken(person));
        let bare = self.bare_name_in_focus(role, described).filter(|&bare| {
            latest.is_none_or(|latest| {
                self.people[latest].country.is_none() && spoken(latest) < spoken(bare)
            })
        });
        if bare.is_some() {
            return bare;
        }
        let latest = latest?;
        if spoken(latest) > 0 {
            return Some(latest);
        }
        let exact = self.people[latest]
            .roles
            .iter()
            .any(|known| known.head == role.head);
        (exact && fitting.iter().all(|&other| other == latest)).then_some(latest)
    }

    /// A leader of whom the text just gave the name and nothing else: "Berg … The Kenyan leader".
    fn bare_name_in_focus(&self, role: &Role, described: &Described) -> Option<usize> {
        let leader = role.head == "leader"
            && described.country.is_some()
            && described.definite
            && !described.plural;
        let person = self.focus.last().copied().filter(|_| leader)?;
        let known = &self.people[person];
        let bare = known.country.is_none() && known.roles.is_empty() && !known.names.is_empty();
        (bare && known.spoken_at + NAME_FOCUS >= self.time).then_some(person)
    }

    fn new_person(&mut self, key: u64) -> usize {
        self.people.push(Person::default());
        let new = self.people.len() - 1;
        self.by_phrase.insert(key, new);
        new
    }

    fn fits(&self, candidate: usize, role: &Role, described: &Described) -> bool {
        let person = &self.people[candidate];
        let number = described.plural == person.plural;
        let heads = kinds_of(&role.head);
        let own = person.roles.iter().any(|known| {
            let same = known.head == role.head || heads.contains(&known.head.as_str());
            let has = |role: &Role, rank: &str| role.modifiers.iter().any(|m| m == rank);
            let prime = RANKS.iter().all(|rank| has(known, rank) == has(role, rank))
                || role.head == "leader" && !has(known, "shadow");
            // "the American government" is not "Maduro's government".
            let owned = person.group
                && person.names.is_empty()
                && person.country.is_none()
                && described.country.is_some()
                && !known.modifiers.iter().all(|m| role.modifiers.contains(m));
            // "the official" may be anybody, "the Kremlin official" is its spokesman.
            let official =
                role.head != "official" || known.head == "official" || !role.modifiers.is_empty();
            // "the diplomat" is no minister of defence.
            let diplomat = role.head != "diplomat"
                || !matches!(
                    known.head.as_str(),
                    "minister" | "spokesperson" | "official"
                )
                || known.modifiers.iter().any(|m| m == "foreign");
            same && prime
                && diplomat
                && official
                && !owned
                && role
                    .modifiers
                    .iter()
                    .all(|modifier| known.modifiers.contains(modifier))
        });
        person.agrees_with(described) && number && own
    }

    fn learn(&mut self, person: usize, described: &Described, phrase: String) {
        let known = &mut self.people[person];
        known.names.reserve_exact(described.names.len());
        for name in &described.names {
            if !known.names.contains(name) {
                known.names.push(name.clone());
            }
        }
        if let Some(last) = described.names.last().filter(|_| described.names.len() > 1) {
            // The family name stays the last one.
            known.names.retain(|name| name != last);
            known.names.push(last.clone());
        }
        known.country = known.country.or(described.country);
        known.feminine |= described.feminine;
        known.masculine |= described.masculine;
        known.group |= described.group;
        known.plural |= described.plural;
        if described.group {
            for initials in initials(&phrase) {
                if !initials.is_empty() {
                    self.by_initials.entry(hash_of(&initials)).or_insert(person);
                }
            }
        }
        let rank = described.names.len() * 8
            + usize::from(described.role.is_some()) * 4
            + usize::from(described.country.is_some());
        let spells_out = described.group && phrase.contains(' ') && acronym(&known.name).is_some();
        let shortens = acronym(&phrase).is_some() && !initials(&known.name)[0].is_empty();
        if known.name.is_empty() || spells_out || rank > known.rank && !shortens {
            known.rank = known.rank.max(rank);
            known.name = phrase;
        }
        if let Some(role) = described.role.clone() {
            self.add_role(person, role);
        }
    }

    fn add_role(&mut self, person: usize, role: Role) {
        let list = self.by_role.entry(role.head.clone()).or_default();
        if list.last() != Some(&person) {
            list.push(person);
        }
        let role = match self.roles.get(&role) {
            Some(role) => Rc::clone(role),
            None => {
                let role = Rc::new(role);
                if self.roles.len() < SHARED {
                    self.roles.insert(Rc::clone(&role));
                }
                role
            }
        };
        let known = &mut self.people[person].roles;
        if known.contains(&role) {
            return;
        }
        if known.len() == OFFICES {
            known.remove(0);
        }
        // Most people have one office, and a document can have many people.
        known.reserve_exact(1);
        known.push(role);
    }
}

/// A name or phrase as a key: keeping its text for each would double the memory of a document full of people.
fn hash_of(name: &str) -> u64 {
    FxBuildHasher.hash_one(name)
}

/// "the statement said" means whoever made it, if somebody was just spoken of; "the report said" the report
/// itself.
fn is_made_by_another(head: &str) -> bool {
    matches!(
        head,
        "statement"
            | "message"
            | "post"
            | "letter"
            | "release"
            | "tweet"
            | "communique"
            | "communiqué"
    )
}

/// Other kinds of people that a word also stands for.
fn kinds_of(head: &str) -> &'static [&'static str] {
    match head {
        "leader" => &[
            "president",
            "minister",
            "king",
            "queen",
            "chancellor",
            "emperor",
            "sultan",
            "emir",
            "chief",
            "chair",
            "secretary-general",
            "sheikh",
        ],
        "envoy" => &[
            "ambassador",
            "representative",
            "emissary",
            "envoy",
            "delegate",
        ],
        "diplomat" => &[
            "ambassador",
            "envoy",
            "representative",
            "minister",
            "spokesperson",
            "official",
        ],
        "official" => &["spokesperson"],
        "commander" | "officer" => &[
            "general",
            "admiral",
            "colonel",
            "brigadier",
            "captain",
            "major",
            "commander",
        ],
        "delegate" | "representative" => &["ambassador", "envoy", "delegate", "representative"],
        "politician" | "statesman" => &[
            "president",
            "minister",
            "chancellor",
            "senator",
            "deputy",
            "lawmaker",
            "speaker",
        ],
        "alliance" => &["nato"],
        "bloc" => &["eu", "union"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_offices_of_one_person_the_last_ones_are_remembered() {
        let mut cast = Cast::default();
        let person = cast.add("Ada Lund");
        let office = |number: usize| Role {
            head: "minister".to_owned(),
            modifiers: vec![number.to_string()],
        };
        for number in 0..100 {
            cast.add_role(person, office(number));
            cast.add_role(person, office(number));
        }
        let last: Vec<Rc<Role>> = (100 - OFFICES..100).map(office).map(Rc::new).collect();
        assert_eq!(cast.people[person].roles, last);
    }
}
