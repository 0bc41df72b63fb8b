//! The weekly report in words and pictures: every figure becomes a phrase, a bar or a shade.
//!
//! It shows what it is given, which is what may be shown (`rules/privacy`); bars and shades are
//! cells of tables, which every mail program draws, and the curve is a picture (`mail/curve`). Next
//! station: `mail/wording`.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::{SignedDuration, Zoned};
use minijinja::{Value, context};

use crate::mail::curve::draw;
use crate::mail::dates;
use crate::mail::plain::clean;
use crate::mail::wording::Picture;
use crate::model::report::{Change, Disclosed, Rest, Scope, Span, Week, Withheld};
use crate::model::team::{Frequency, Level};
use crate::model::verdict::Language;

/// Characters of a name.
pub(in crate::mail) const NAME: usize = 80;
/// Below so many requests figures are not shown.
const FEW: &str = "10";
/// Mail programs cut long letters off. Of more teams only the figures of the week are told and what
/// waits longest, of still more only those figures, and of still more nothing but how many there
/// are. Where single requests are told, one team is all that is told whole.
const WHOLE: usize = 2;
const LISTED: usize = 4;
const SHOWN: usize = 15;
/// From so many hours on, minutes are left out.
const WITHOUT_MINUTES: i64 = 10;
/// The name of the curve among the pictures of a letter.
const CURVE: &str = "curve";

/// Tells somebody how well their teams answered, or they themselves.
#[derive(Clone, Debug)]
pub struct ReportView {
    /// How the reader is greeted, `Selamat pagi, Ibu Ratna`; empty: not at all.
    pub salutation: String,
    /// Language of the letter.
    pub language: Language,
    /// One after the other, of one week.
    pub teams: Vec<TeamView>,
    /// To whom it goes; `None`: to nobody in particular.
    pub reader: Option<ReaderView>,
}

/// One team's part of a report, or the reader's own.
#[derive(Clone, Debug)]
pub struct TeamView {
    /// Now, in the team's zone.
    pub now: Zoned,
    /// The team by name, or the reader.
    pub team: String,
    /// What may be shown.
    pub shown: Disclosed,
}

/// Why somebody receives a report, and what they may answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReaderView {
    /// They lead the teams; else they belong to them.
    pub leads: bool,
    /// Their answers are heard.
    pub heard: bool,
    /// They may have a report of their own, and have none.
    pub offered: bool,
    /// How often they want one.
    pub frequency: Frequency,
}

/// One line of a picture.
struct Bar {
    label: String,
    /// The label with spaces behind it, as wide as the widest.
    wide: String,
    /// Of the longest one, in percent, 0 to 100.
    long: u32,
    count: u32,
    /// Of all, in percent.
    share: u32,
    tone: &'static str,
    /// Why nothing is drawn: `few`, `none`, or empty.
    state: &'static str,
    /// What stands behind it.
    said: String,
    more: String,
}

impl Bar {
    fn context(self) -> Value {
        let Self { label, wide, long, count, share, tone, state, said, more } = self;
        context! { label, wide, long, count, share, tone, state, said, more }
    }
}

impl ReportView {
    pub(crate) fn context(&self) -> Value {
        let several = self.teams.len() > 1;
        let told = self.told().map(Telling::context);
        let teams = || self.teams.iter().filter(|team| team.shown.scope != Scope::Own);
        let names = teams().take(SHOWN).map(|team| clean(&team.team, NAME));
        let agreed = teams().filter_map(|team| match &team.shown.scope {
            Scope::Team(Level::Named { agreement }) => Some(clean(agreement, NAME)),
            Scope::Team(Level::Aggregate | Level::Threads) | Scope::Own => None,
        });
        context! {
            language => self.language.word(),
            salutation => self.salutation.clone(),
            teams => told.collect::<Vec<Value>>(),
            own => teams().next().is_none(),
            agreements => agreed.collect::<BTreeSet<String>>(),
            more => teams().count().saturating_sub(SHOWN),
            several => several,
            names => names.collect::<Vec<String>>().join(", "),
            reader => self.reader.map(|reader| context! {
                leads => reader.leads,
                heard => reader.heard,
                offered => reader.offered,
                frequency => reader.frequency.word(),
            }),
        }
    }

    /// What the page shows beside its words.
    pub(crate) fn pictures(&self) -> Vec<Picture> {
        self.told().filter(|told| !told.brief).filter_map(Telling::picture).collect()
    }

    fn told(&self) -> impl Iterator<Item = Telling<'_>> {
        let is_own = |team: &&TeamView| team.shown.scope == Scope::Own;
        let (own, teams): (Vec<&TeamView>, Vec<&TeamView>) = self.teams.iter().partition(is_own);
        let lists =
            |team: &TeamView| team.shown.rest.as_ref().is_some_and(|rest| rest.threads.is_some());
        let whole = if self.teams.iter().any(lists) { 1 } else { WHOLE };
        let (brief, listed) = (teams.len() > whole, teams.len() <= LISTED);
        let (to, alone) = (self.language, teams.is_empty());
        let teams = teams.into_iter().take(SHOWN).map(move |team| (team, brief, listed));
        let all = teams.chain(own.into_iter().map(move |team| (team, !alone, true)));
        let telling = move |((team, brief, listed), no)| Telling { to, no, brief, listed, team };
        all.zip(1..).map(telling)
    }
}

/// One team, as it is told in a language.
#[derive(Clone, Copy)]
pub(in crate::mail) struct Telling<'a> {
    pub(in crate::mail) to: Language,
    no: usize,
    brief: bool,
    listed: bool,
    team: &'a TeamView,
}

impl Telling<'_> {
    fn context(self) -> Value {
        let (to, shown) = (self.to, &self.team.shown);
        let sunday = shown.monday.saturating_add(jiff::Span::new().days(6));
        context! {
            team => clean(&self.team.team, NAME),
            own => self.is_own(),
            range => dates::range(shown.monday, sunday, to),
            week => iso(shown.monday),
            at => dates::dated(shown.at, &self.team.now, to),
            zone => self.team.now.strftime("%Z").to_string(),
            quiet => shown.is_quiet(),
            curve => self.curve(),
            brief => self.brief,
            listed => self.listed,
            withheld => withheld(&shown.week),
            figures => shown.week.as_ref().ok().map(|week| self.week(week)),
            rest => shown.rest.as_ref().map(|rest| self.rest(rest)),
        }
    }

    pub(in crate::mail) fn is_own(&self) -> bool {
        self.team.shown.scope == Scope::Own
    }

    /// Working time, which has no days: people's days differ.
    fn span(&self, span: SignedDuration) -> String {
        let (hours, minutes) = (span.as_hours(), span.as_mins() % 60);
        let (hour, minute) = (self.said("jam", "h"), self.said("menit", "min"));
        match (hours, minutes) {
            (0, 0) => self.said("kurang dari 1 menit", "less than a minute").to_owned(),
            (0, minutes) => format!("{minutes} {minute}"),
            (hours, minutes) if minutes == 0 || hours >= WITHOUT_MINUTES => {
                format!("{hours} {hour}")
            }
            (hours, minutes) => format!("{hours} {hour} {minutes} {minute}"),
        }
    }

    /// Nights and all: days have 24 hours here.
    pub(in crate::mail) fn waited(&self, span: SignedDuration) -> String {
        let (days, rest) = (span.as_hours() / 24, span.as_hours() % 24);
        match (self.to, days, rest) {
            (_, 0, _) => self.span(span),
            (Language::Id, days, _) if days > 9 => format!("{days} hari"),
            (Language::Id, days, 0) => format!("{days} hari"),
            (Language::Id, days, rest) => format!("{days} hari {rest} jam"),
            (Language::En, 1, 0) => "1 day".to_owned(),
            (Language::En, 1, rest) => format!("1 day {rest} h"),
            (Language::En, days, _) if days > 9 => format!("{days} days"),
            (Language::En, days, 0) => format!("{days} days"),
            (Language::En, days, rest) => format!("{days} days {rest} h"),
        }
    }

    fn week(&self, week: &Week) -> Value {
        let span = &week.span;
        let (change, by, from) = self.change(week);
        context! {
            received => span.received,
            answered => span.answered,
            median => span.median.map(|median| self.span(median)),
            median_wait => span.median_wait.map(|median| self.waited(median)),
            in_time => span.in_time,
            decided => span.decided(),
            share => share(span.in_time, span.decided()),
            not_due => span.not_due,
            no_requests => span.no_requests,
            change => change,
            by => by,
            from => from,
            spread => self.spread(week),
            curve => curve(week),
        }
    }

    /// What the page shows at `src="cid:curve-1"`.
    fn picture(self) -> Option<Picture> {
        let week = self.team.shown.week.as_ref().ok().filter(|week| week.span.received > 0)?;
        let png = draw(&week.curve, week.curve_before.as_ref());
        Some(Picture { name: self.curve(), png })
    }

    fn curve(self) -> String {
        format!("{CURVE}-{}", self.no)
    }

    /// The word, by how much, and from what; empty where that was not reached.
    fn change(&self, week: &Week) -> (&'static str, String, String) {
        let (word, from) = match week.change {
            Change::TooFew => ("too_few", None),
            Change::Same => ("same", None),
            Change::Faster { from } => ("faster", from),
            Change::Slower { from } => ("slower", from),
        };
        let by = week.span.median.zip(from).map(|(now, before)| (now - before).abs());
        let said = |span: Option<SignedDuration>| span.map(|span| self.span(span));
        (word, said(by).unwrap_or_default(), said(from).unwrap_or_default())
    }

    fn spread(&self, week: &Week) -> Vec<Value> {
        let spread = &week.spread;
        let rows = [
            (spread.hour, "good", "kurang dari 1 jam", "under 1 h"),
            (spread.four_hours, "good", "1–4 jam", "1–4 h"),
            (spread.day, "good", "4–8 jam", "4–8 h"),
            (spread.three_days, "slow", "1–3 hari kerja", "1–3 working days"),
            (spread.longer, "slow", "lebih dari 3 hari kerja", "over 3 working days"),
            (spread.waiting, "open", "masih menunggu", "still waiting"),
        ];
        let most = rows.iter().map(|(count, ..)| *count).max().unwrap_or(0);
        let bar = |(count, tone, id, en): (u32, &'static str, &str, &str)| Bar {
            label: self.said(id, en).to_owned(),
            wide: format!("{:<25}", self.said(id, en)),
            long: long(count, most),
            count,
            share: share(count, week.span.received).unwrap_or(0),
            tone,
            state: "",
            said: String::new(),
            more: String::new(),
        };
        rows.into_iter().map(|row| bar(row).context()).collect()
    }

    fn rest(&self, rest: &Rest) -> Value {
        context! {
            people => rest.people,
            unread => rest.beside.unread,
            away_days => rest.beside.away_days,
            automatic => rest.beside.automatic,
            handed => rest.beside.handed,
            awaited => rest.beside.awaited,
            ninth_shown => rest.ninth.is_some(),
            ninth => rest.ninth.flatten().map(|ninth| self.span(ninth)),
            open => rest.open.count,
            overdue => rest.open.overdue,
            oldest => rest.open.oldest.map(|oldest| self.waited(oldest)),
            trend => self.trend(&rest.trend),
            heat => self.heat(&rest.arrivals),
            threads => rest.threads.as_ref().map(|threads| self.threads(threads)),
        }
    }

    fn trend(&self, trend: &[(Date, Option<Span>)]) -> Vec<Value> {
        let shown = |span: &Option<Span>| span.and_then(|span| span.median);
        let minutes = |span: SignedDuration| u32::try_from(span.as_mins()).unwrap_or(u32::MAX);
        let most = trend.iter().filter_map(|(_, span)| shown(span)).map(minutes).max();
        let last = trend.len().saturating_sub(1);
        let bars = trend.iter().enumerate().map(|(no, (monday, span))| {
            let median = shown(span);
            let label = dates::day_and_month(*monday, self.to);
            Bar {
                wide: format!("{label:<8}"),
                label,
                long: long(median.map_or(0, minutes), most.unwrap_or(0)),
                count: span.map_or(0, |span| span.received),
                share: 0,
                tone: if no == last { "last" } else { "past" },
                state: match span {
                    None => "few",
                    Some(span) if span.received == 0 => "none",
                    Some(_) => "",
                },
                said: match (span, median) {
                    (None, _) => format!("< {FEW}"),
                    (Some(span), None) if span.received == 0 => "–".to_owned(),
                    (Some(_), None) => self.said("belum tercapai", "not reached").to_owned(),
                    (Some(_), Some(median)) => self.span(median),
                },
                more: span
                    .and_then(|span| share(span.in_time, span.decided()))
                    .map_or("–".to_owned(), |share| format!("{share}%")),
            }
        });
        bars.map(|bar| bar.context()).collect()
    }

    /// Hours from the first to the last in which anything came, and the days with a shade for each.
    fn heat(&self, arrivals: &[[u32; 12]; 7]) -> Value {
        let used = |slot: usize| arrivals.iter().any(|day| day.get(slot).is_some_and(|n| *n > 0));
        // Office hours stand there in any case.
        let first = (0..12).find(|slot| used(*slot)).unwrap_or(4).min(4);
        let last = (0..12).rfind(|slot| used(*slot)).unwrap_or(8).max(8);
        let most = arrivals.iter().flatten().copied().max().unwrap_or(0);
        let names = match self.to {
            Language::Id => ["Sen", "Sel", "Rab", "Kam", "Jum", "Sab", "Min"],
            Language::En => ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
        };
        let days = arrivals.iter().zip(names).map(|(day, name)| {
            let cells = day.iter().skip(first).take(last - first + 1).map(|count| {
                context! { count => count, shade => count.saturating_mul(4).div_ceil(most.max(1)) }
            });
            context! { name => name, cells => cells.collect::<Vec<Value>>() }
        });
        context! {
            hours => (first..=last).map(|slot| format!("{:02}", 2 * slot)).collect::<Vec<String>>(),
            days => days.collect::<Vec<Value>>(),
            any => most > 0,
        }
    }

    pub(in crate::mail) fn said<'a>(&self, id: &'a str, en: &'a str) -> &'a str {
        match self.to {
            Language::Id => id,
            Language::En => en,
        }
    }
}

/// `2026-W47` (ISO 8601).
pub fn iso(monday: Date) -> String {
    let week = monday.iso_week_date();
    format!("{}-W{:02}", week.year(), week.week())
}

/// Of a hundred, rounded down, so that nothing is called whole that is not; `None`: of nothing.
pub fn share(part: u32, whole: u32) -> Option<u32> {
    part.saturating_mul(100).checked_div(whole)
}

/// Of the longest, in percent; what is there at all is seen.
fn long(count: u32, most: u32) -> u32 {
    if count == 0 { 0 } else { share(count, most).unwrap_or(0).max(1) }
}

/// What is said of the curve where it is not seen.
fn curve(week: &Week) -> Vec<Value> {
    let marks = [4, 8, 16, 24].map(|hours| {
        let before = week.curve_before.map(|before| before.after_hours(hours));
        context! { hours, share => week.curve.after_hours(hours), before }
    });
    marks.to_vec()
}

fn withheld(week: &Result<Week, Withheld>) -> &'static str {
    match week {
        Ok(_) => "",
        Err(Withheld::FewPeople) => "few_people",
        Err(Withheld::FewRequests) => "few_requests",
    }
}
