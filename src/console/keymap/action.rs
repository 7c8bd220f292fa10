//! The one table of what a key can do: it feeds the keymap parser, the help screen, the footer, the command
//! palette and the check of the README.
//!
//! It must not know which key does it (the keymap files say that), nor how it is done (`update` does).

/// Where a key is pressed. Each has its own section in a keymap file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Context {
    /// Everywhere except in the terminal of a step; looked at last.
    Anywhere,
    /// Any pane; looked at when the pane's own section does not name the key.
    Main,
    Health,
    Checklist,
    Output,
    Timeline,
    /// Something that is read: help, a component, the runbook's text.
    Page,
    /// Something that is picked, where what is typed narrows the list.
    List,
    /// Something that is typed.
    Text,
    /// A question that wants a deliberate key.
    Confirm,
    /// The terminal of a running step: every key that is not named here goes to the step.
    Attached,
}

impl Context {
    pub const ALL: [Context; 11] = [
        Context::Anywhere,
        Context::Main,
        Context::Health,
        Context::Checklist,
        Context::Output,
        Context::Timeline,
        Context::Page,
        Context::List,
        Context::Text,
        Context::Confirm,
        Context::Attached,
    ];

    /// Its section in a keymap file.
    pub const fn name(self) -> &'static str {
        match self {
            Context::Anywhere => "anywhere",
            Context::Main => "main",
            Context::Health => "health",
            Context::Checklist => "checklist",
            Context::Output => "output",
            Context::Timeline => "timeline",
            Context::Page => "page",
            Context::List => "list",
            Context::Text => "text",
            Context::Confirm => "confirm",
            Context::Attached => "attached",
        }
    }

    pub fn from_name(name: &str) -> Option<Context> {
        Context::ALL.into_iter().find(|known| known.name() == name)
    }

    /// The sections that are looked at for a key pressed here, in order.
    pub const fn chain(self) -> &'static [Context] {
        match self {
            Context::Anywhere => &[Context::Anywhere],
            Context::Main => &[Context::Main, Context::Anywhere],
            Context::Health => &[Context::Health, Context::Main, Context::Anywhere],
            Context::Checklist => &[Context::Checklist, Context::Main, Context::Anywhere],
            Context::Output => &[Context::Output, Context::Main, Context::Anywhere],
            Context::Timeline => &[Context::Timeline, Context::Main, Context::Anywhere],
            Context::Page => &[Context::Page, Context::Anywhere],
            Context::List => &[Context::List, Context::Anywhere],
            Context::Text => &[Context::Text, Context::Anywhere],
            Context::Confirm => &[Context::Confirm, Context::Anywhere],
            Context::Attached => &[Context::Attached],
        }
    }

    /// Whether plain characters are typed here, so that no action can be on one.
    pub const fn takes_text(self) -> bool {
        matches!(self, Context::List | Context::Text | Context::Attached)
    }

    const fn is_pane(self) -> bool {
        matches!(
            self,
            Context::Health | Context::Checklist | Context::Output | Context::Timeline
        )
    }
}

/// Under which heading the help screen shows an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    Steps,
    Incident,
    Moving,
    Output,
    View,
    Answering,
    Console,
}

impl Group {
    pub const ALL: [Group; 7] = [
        Group::Steps,
        Group::Incident,
        Group::Moving,
        Group::Output,
        Group::View,
        Group::Answering,
        Group::Console,
    ];

    pub const fn title(self) -> &'static str {
        match self {
            Group::Steps => "Steps",
            Group::Incident => "Incident",
            Group::Moving => "Moving",
            Group::Output => "Output",
            Group::View => "View",
            Group::Answering => "Answering",
            Group::Console => "Console",
        }
    }
}

macro_rules! actions {
    ($($action:ident $name:literal $group:ident [$($context:ident)+] $short:literal $help:literal;)+) => {
        /// What a key can do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Action {
            $($action,)+
        }

        impl Action {
            pub const ALL: &[Action] = &[$(Action::$action,)+];

            /// As keymap files and the command palette spell it.
            pub const fn name(self) -> &'static str {
                match self { $(Action::$action => $name,)+ }
            }

            /// A word or two for the footer.
            pub const fn short(self) -> &'static str {
                match self { $(Action::$action => $short,)+ }
            }

            /// One sentence for the help screen.
            pub const fn help(self) -> &'static str {
                match self { $(Action::$action => $help,)+ }
            }

            pub const fn group(self) -> Group {
                match self { $(Action::$action => Group::$group,)+ }
            }

            /// Where it can be bound; what `Main` allows, each pane allows.
            pub const fn contexts(self) -> &'static [Context] {
                match self { $(Action::$action => &[$(Context::$context,)+],)+ }
            }
        }
    };
}

// action, name in files, group of the help screen, where it can be bound, footer, help.
actions! {
    Run            "run"             Steps     [Main]                 "run"       "Run the selected step, after the confirmation its risk asks for";
    Skip           "skip"            Steps     [Main]                 "skip"      "Skip the selected step, with a reason";
    MarkDone       "mark-done"       Steps     [Main]                 "done"      "Mark the selected step as done by hand";
    Placeholder    "placeholder"     Steps     [Main]                 "fill in"   "Fill in the placeholders of the selected step";
    ChooseBranch   "choose-branch"   Steps     [Main]                 "choose"    "Choose between the alternatives of a step";
    CancelRun      "cancel-run"      Steps     [Main]                 "cancel"    "Cancel the running step: INT, then TERM, then KILL";
    Attach         "attach"          Steps     [Main]                 "attach"    "Type into the running step's terminal";
    Detach         "detach"          Steps     [Attached]             "detach"    "Leave the step's terminal; the step goes on";
    NextBlock      "next-block"      Steps     [Main]                 "block"     "Select the step's next block";

    OpenIncident   "open-incident"   Incident  [Main]                 "open"      "Open an incident or a drill";
    PickScenario   "pick-scenario"   Incident  [Main]                 "find"      "Find a scenario; what fits the evidence is on top";
    Note           "note"            Incident  [Main]                 "note"      "Write a note into the timeline";
    Decision       "decision"        Incident  [Main]                 "decision"  "Record a decision";
    Severity       "severity"        Incident  [Main]                 "severity"  "Change the severity";
    Mitigate       "mitigate"        Incident  [Main]                 "mitigated" "Say that service is restored, with the evidence";
    CloseIncident  "close-incident"  Incident  [Main]                 "close"     "Close the incident, with a resolution";
    Report         "report"          Incident  [Main]                 "report"    "Write the report so far to a new file, and say where";

    Up             "up"              Moving    [Main Page List]       "up"        "One line up";
    Down           "down"            Moving    [Main Page List]       "down"      "One line down";
    PageUp         "page-up"         Moving    [Main Page List]       "page up"   "One page up";
    PageDown       "page-down"       Moving    [Main Page List]       "page down" "One page down";
    Top            "top"             Moving    [Main Page List]       "top"       "To the first line";
    Bottom         "bottom"          Moving    [Main Page List]       "bottom"    "To the last line";
    NextPane       "next-pane"       Moving    [Main]                 "next pane" "To the next pane";
    PreviousPane   "previous-pane"   Moving    [Main]                 "pane back" "To the pane before";
    FocusHealth    "focus-health"    Moving    [Main]                 "health"    "To the health pane";
    FocusChecklist "focus-checklist" Moving    [Main]                 "checklist" "To the checklist";
    FocusTimeline  "focus-timeline"  Moving    [Main]                 "timeline"  "To the timeline";
    FocusOutput    "focus-output"    Moving    [Main]                 "output"    "To the output";

    ScrollUp       "scroll-up"       Output    [Main Attached]        "scroll up" "Scroll the output back";
    ScrollDown     "scroll-down"     Output    [Main Attached]        "scroll dn" "Scroll the output forth";
    FollowTail     "follow-tail"     Output    [Main Attached]        "follow"    "Follow the output's end again, or show the selected step's run";
    Copy           "copy"            Output    [Main Page]            "copy"      "Copy the step's command, or what is selected, to the clipboard";

    Detail         "detail"          View      [Main]                 "detail"    "Show the selected component or timeline row whole";
    RunbookText    "runbook-text"    View      [Main]                 "runbook"   "Show or leave the runbook's own text of the step";
    FollowLink     "follow-link"     View      [Main Page]            "link"      "Show what the step's text links to; again, its next link";
    Timeline       "timeline"        View      [Main]                 "timeline"  "Show or leave the whole timeline";
    ZoomPane       "zoom-pane"       View      [Main]                 "zoom"      "Give the pane the whole screen, or take it back";
    Refresh        "refresh"         View      [Main Page]            "refresh"   "Look at the components now";
    Reload         "reload"          View      [Main]                 "reload"    "Read the runbooks and the config again";

    Accept         "accept"          Answering [List Text Confirm]    "accept"    "Take what is selected or typed";
    Dismiss        "dismiss"         Answering [Main Page List Text Confirm] "back"      "Leave without doing anything";
    Complete       "complete"        Answering [Text List]            "complete"  "Take the offered value into the line";

    Help           "help"            Console   [Anywhere Main Page]   "help"      "Show every key";
    Palette        "palette"         Console   [Main]                 "command"   "Find an action by its name";
    Redraw         "redraw"          Console   [Anywhere]             "redraw"    "Draw the screen anew";
    Suspend        "suspend"         Console   [Anywhere]             "suspend"   "Suspend the console; steps go on";
    Quit           "quit"            Console   [Main]                 "quit"      "Leave the console; steps and watching go on";
}

impl Action {
    pub fn from_name(name: &str) -> Option<Action> {
        Action::ALL
            .iter()
            .copied()
            .find(|known| known.name() == name)
    }

    /// Whether a keymap may put it on a key in this context.
    pub fn fits(self, context: Context) -> bool {
        self.contexts().contains(&context)
            || (context.is_pane() && self.contexts().contains(&Context::Main))
    }
}
