//! Every sentence that Sigap writes: a view and the templates in, subject, text and HTML out.
//!
//! Pure; the sentences themselves are in `config/templates/`, in both languages at equal quality:
//! no blame, no exclamation marks, nothing offered that does not work. Next station:
//! `mail/compose`.

use minijinja::Value;

use crate::mail::plain::{clean, flow};
use crate::mail::templates::Templates;
use crate::mail::views::{AlarmView, MistakeView, NudgeView, PreviewView, WelcomeView};
use crate::model::verdict::Language;

/// A letter in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// One line.
    pub subject: String,
    /// Laid out as `format=flowed`, lines end in `\n`.
    pub text: String,
    /// A whole page.
    pub html: String,
}

/// The reminder of what waits.
pub fn nudge(templates: &Templates, view: &NudgeView) -> Words {
    words(templates, view.language, "nudge", &view.context())
}

/// What would have been reminded.
pub fn preview(templates: &Templates, view: &PreviewView) -> Words {
    words(templates, view.nudge.language, "preview", &view.nudge.context())
}

/// What is watched and how to stop it.
pub fn welcome(templates: &Templates, view: &WelcomeView) -> Words {
    words(templates, view.language, "welcome", &view.context())
}

/// What was not understood.
pub fn mistake(templates: &Templates, view: &MistakeView) -> Words {
    words(templates, view.language, "mistake", &view.context())
}

/// What an admin must know.
pub fn alarm(templates: &Templates, view: &AlarmView) -> Words {
    words(templates, view.language, "alarm", &view.context())
}

/// A subject is one line, and short enough to be read in a list.
const SUBJECT: usize = 200;

fn words(templates: &Templates, to: Language, letter: &str, view: &Value) -> Words {
    Words {
        subject: clean(&templates.fill(to, letter, "subject", view), SUBJECT),
        text: flow(&templates.fill(to, letter, "txt", view)),
        html: templates.fill(to, letter, "html", view),
    }
}
