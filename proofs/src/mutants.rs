//! The planted bugs, as patches of the shipped text. Read by `build.rs` too.

/// Where the shipped text is, from the folder of this crate.
pub(crate) const SHIPPED: &str = "../crates/annulus-protocol/src";

/// The environment variable by which `build.rs` learns which bug to plant.
pub(crate) const VARIABLE: &str = "ANNULUS_PROOFS_MUTANT";

/// A bug: `old` must occur exactly once in `file`.
pub(crate) struct Mutant {
    pub(crate) name: &'static str,
    pub(crate) file: &'static str,
    pub(crate) old: &'static str,
    pub(crate) new: &'static str,
}

const fn bug(name: &'static str, file: &'static str, old: &'static str, new: &'static str) -> Mutant {
    Mutant { name, file, old, new }
}

const LANE: &str = "lane.rs";
const WRITER: &str = "lane/writer.rs";
const READER: &str = "lane/reader.rs";
const CARE: &str = "lane/care.rs";
const SIDE: &str = "lane/side.rs";

pub(crate) const MUTANTS: &[Mutant] = &[
    bug(
        "publishes_one_too_many",
        SIDE,
        "self.publish(own, ONE);",
        "self.publish(own, ONE.wrapping_add(ONE));",
    ),
    bug("span_is_not_clamped", SIDE, "let len = self.in_sight().min(want);", "let len = want;"),
    bug(
        "commit_is_not_clamped",
        WRITER,
        "self.writer.side.publish(&cursors.committed, n.min(self.span.len))",
        "self.writer.side.publish(&cursors.committed, n)",
    ),
    bug(
        "writer_leads_by_one_more",
        WRITER,
        "self.side.glance(&cursors.released, self.size)",
        "self.side.glance(&cursors.released, self.size.wrapping_add(ONE))",
    ),
    bug(
        "writer_leads_by_one_less",
        WRITER,
        "self.side.glance(&cursors.released, self.size)",
        "self.side.glance(&cursors.released, self.size.wrapping_sub(ONE))",
    ),
    bug("index_folds_one_late", SIDE, "if index < self.size {", "if index <= self.size {"),
    bug("lap_is_not_advanced", SIDE, "self.lap = self.lap.wrapping_add(self.size);", ""),
    bug("lap_is_not_stored", SIDE, "own.lap.store(self.lap, Ordering::Relaxed);", ""),
    bug(
        "lap_overtakes_what_is_shown",
        SIDE,
        "own.position.store(self.at, Ordering::Release); // [L1] [L2] pairs with `look`\n        self.lap",
        "self.lap",
    ),
    bug("impossible_word_is_believed", SIDE, "if is_one_to(ahead, self.size) {", "if ahead != ZERO {"),
    bug(
        "impossible_lap_is_believed",
        SIDE,
        "        if !is_lap_of(self.lap, self.at, self.size) {",
        "        if false {",
    ),
    bug("evict_believes_any_lap", SIDE, "        if !is_lap_of(lap, at, self.size) {", "        if false {"),
    bug(
        "looks_without_showing",
        SIDE,
        "        ledger.show_owed(own, self.at);\n        self.has",
        "        self.has",
    ),
    bug(
        "look_is_relaxed",
        SIDE,
        "let limit = peer.position.load(Ordering::Acquire).wrapping_add(lead); // [L1] [L2] pairs with `publish`",
        "let limit = peer.position.load(Ordering::Relaxed).wrapping_add(lead);",
    ),
    bug("never_catches_up", CARE, "side.catch_up(&mut self.ledger, &cursors.released);", ""),
    bug(
        "keeps_in_sight_without_the_hold",
        CARE,
        "            side.forget();\n            self.hidden",
        "            self.hidden",
    ),
    bug(
        "keeps_hidden_without_the_hold",
        CARE,
        "            self.hidden = ZERO;\n            self.holding = false;",
        "            self.holding = false;",
    ),
    bug(
        "gives_the_hold_back_owing",
        CARE,
        "            side.show_owed(&mut self.ledger, &cursors.released); // who holds next must not find what was taken\n",
        "",
    ),
    bug(
        "evicts_when_not_full",
        SIDE,
        "if self.at.wrapping_sub(at) < lead {",
        "if self.at.wrapping_sub(at) == ZERO {",
    ),
    bug(
        "evicts_two",
        WRITER,
        "self.at.wrapping_add(ONE), Ordering::Release",
        "self.at.wrapping_add(ONE).wrapping_add(ONE), Ordering::Release",
    ),
    bug(
        "evicts_without_the_hold",
        WRITER,
        "        if !cursors.hold.try_take() {\n            return Err(Refused::Held);\n        }\n        if let",
        "        if let",
    ),
    bug("evicts_by_the_old_lap", SIDE, "            lap = lap.wrapping_add(self.size);\n", ""),
    bug("a_credit_of_zero", READER, "let credit = if credit == ZERO { ONE } else { credit };", ""),
    bug(
        "takes_on_top_of_what_is_owed",
        READER,
        "        side.show_owed(&mut care.ledger, &cursors.released); // so that",
        "        // so that",
    ),
    bug("take_hands_back", READER, "&cursors.released, ONE, Word::MAX)", "&cursors.released, ONE, ONE)"),
    bug("lazy_reader_owes_too_much", SIDE, "if every <= ledger.owed {", "if every < ledger.owed {"),
    bug(
        "occupied_counts_backwards",
        LANE,
        "committed.wrapping_sub(released).min(size)",
        "released.wrapping_sub(committed).min(size)",
    ),
    bug(
        "reach_is_not_bounded",
        SIDE,
        "limit.wrapping_sub(self.at).min(self.size)",
        "limit.wrapping_sub(self.at)",
    ),
];

/// The text with the bug in it.
pub(crate) fn patched(mutant: &Mutant, text: &str) -> Result<String, String> {
    let Mutant { name, file, old, new } = mutant;
    match text.matches(old).count() {
        1 => Ok(text.replacen(old, new, 1)),
        n => Err(format!(
            "mutant {name}: {file} has {n} times, not once:\n{old}\nThe shipped text has changed: update the list of \
             mutants in proofs/src/mutants.rs"
        )),
    }
}
