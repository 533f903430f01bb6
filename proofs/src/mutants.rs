//! The planted bugs, as patches of the shipped text. Read by `build.rs` too.

#[path = "mutants/bip.rs"]
mod bip;
#[path = "mutants/pool.rs"]
mod pool;
#[path = "mutants/record.rs"]
mod record;
#[path = "mutants/sole.rs"]
mod sole;

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
    /// What is proved to find it: all that is about a file, or the scenarios whose name has this text.
    pub(crate) about: &'static str,
}

const fn bug(name: &'static str, file: &'static str, old: &'static str, new: &'static str) -> Mutant {
    Mutant { name, file, old, new, about: file }
}

impl Mutant {
    /// The scenarios that find it, where to go through all before them takes long.
    const fn found_by(self, about: &'static str) -> Self {
        Self { about, ..self }
    }
}

const LANE: &str = "lane.rs";
const WRITER: &str = "lane/writer.rs";
const READER: &str = "lane/reader.rs";
const CARE: &str = "lane/care.rs";
const SIDE: &str = "lane/side.rs";
const ONE_SLOT: &str = "turns/one.rs";
const RUN: &str = "turns/run.rs";
const EVICT: &str = "turns/evict.rs";
const SHAPE: &str = "turns/shape.rs";

/// All of them.
pub(crate) fn mutants() -> impl Iterator<Item = &'static Mutant> {
    MUTANTS.iter().chain(sole::MUTANTS).chain(pool::MUTANTS).chain(record::MUTANTS).chain(bip::MUTANTS)
}

const MUTANTS: &[Mutant] = &[
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
    bug("impossible_word_is_believed", SIDE, "if is_one_to(ahead, self.size) {", "if ahead != ZERO {").found_by("hostile: writer, one"),
    bug(
        "impossible_lap_is_believed",
        SIDE,
        "        if !is_lap_of(self.lap, self.at, self.size) {",
        "        if false {",
    ).found_by("hostile: reader, one"),
    bug("evict_believes_any_lap", SIDE, "        if !is_lap_of(lap, at, self.size) {", "        if false {").found_by("hostile: evict"),
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
    bug("never_catches_up", CARE, "side.catch_up(&mut self.ledger, &cursors.released);", "").found_by("reader: one"),
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
    ).found_by("reader: take one more"),
    bug(
        "gives_the_hold_back_owing",
        CARE,
        "            side.show_owed(&mut self.ledger, &cursors.released); // who holds next must not find what was taken\n",
        "",
    ).found_by("reader: take one more"),
    bug(
        "evicts_when_not_full",
        SIDE,
        "if self.at.wrapping_sub(at) < lead {",
        "if self.at.wrapping_sub(at) == ZERO {",
    ).found_by("evict: and release"),
    bug(
        "evicts_two",
        WRITER,
        "self.at.wrapping_add(ONE), Ordering::Release",
        "self.at.wrapping_add(ONE).wrapping_add(ONE), Ordering::Release",
    ).found_by("evict: and release"),
    bug(
        "evicts_without_the_hold",
        WRITER,
        "        if !cursors.hold.try_take() {\n            return Err(Refused::Held);\n        }\n        if let",
        "        if let",
    ).found_by("evict: and release"),
    bug("evicts_by_the_old_lap", SIDE, "            lap = lap.wrapping_add(self.size);\n", "").found_by("evict: and release"),
    bug("a_credit_of_zero", READER, "let credit = if credit == ZERO { ONE } else { credit };", "").found_by("reader: resume"),
    bug(
        "takes_on_top_of_what_is_owed",
        READER,
        "        side.show_owed(&mut care.ledger, &cursors.released); // so that",
        "        // so that",
    ).found_by("reader: take"),
    bug("take_hands_back", READER, "&cursors.released, ONE, Word::MAX)", "&cursors.released, ONE, ONE)").found_by("reader: take one more"),
    bug("lazy_reader_owes_too_much", SIDE, "if every <= ledger.owed {", "if every < ledger.owed {"),
    bug(
        "occupied_counts_backwards",
        LANE,
        "committed.wrapping_sub(released).min(size)",
        "released.wrapping_sub(committed).min(size)",
    ).found_by("reader: available"),
    bug(
        "reach_is_not_bounded",
        SIDE,
        "limit.wrapping_sub(self.at).min(self.size)",
        "limit.wrapping_sub(self.at)",
    ).found_by("hostile: writer, flush and reports"),
    bug(
        "reserves_without_asking_the_turn",
        ONE_SLOT,
        "            if ahead == ZERO {\n                match self.exchange(&self.cursors.write",
        "            if true {\n                match self.exchange(&self.cursors.write",
    ),
    bug(
        "reserves_at_once_without_asking_the_turn",
        ONE_SLOT,
        "if turn != self.shape.free(at) {",
        "if false {",
    ),
    bug(
        "reserves_in_a_closed_ring",
        ONE_SLOT,
        "            if at & CLOSED != ZERO {\n                return Err(Refused::Closed);\n            }\n",
        "",
    ),
    bug(
        "claims_what_was_abandoned",
        ONE_SLOT,
        "Ok(_) if ahead == READY => return Ok(Claimed { at }),",
        "Ok(_) if ahead == READY || ahead == SKIP => return Ok(Claimed { at }),",
    ),
    bug(
        "claims_at_once_what_was_abandoned",
        ONE_SLOT,
        "if turn != self.shape.free(at) + READY {",
        "if turn != self.shape.free(at) + SKIP {",
    ),
    bug(
        "claims_what_is_not_committed",
        ONE_SLOT,
        "if ahead == READY || ahead == SKIP {",
        "if ahead == READY || ahead == SKIP || ahead == ZERO {",
    ),
    bug(
        "keeps_what_was_abandoned",
        ONE_SLOT,
        "                        self.release(Claimed { at });\n                        at = self.shape.next(at);",
        "                        at = self.shape.next(at);",
    ),
    bug(
        "releases_to_the_same_lap",
        ONE_SLOT,
        "let turn = self.shape.lap_later(self.shape.free(claimed.at));",
        "let turn = self.shape.free(claimed.at);",
    ),
    bug(
        "abandons_as_ready",
        ONE_SLOT,
        "self.shape.free(reserved.at) + SKIP;",
        "self.shape.free(reserved.at) + READY;",
    ).found_by("turns: abandon"),
    bug(
        "exchanges_before_looking",
        ONE_SLOT,
        "            let turn = self.turn(at).load(Ordering::Acquire); // [T2] pairs with `release`\n            let ahead",
        "            let _ = self.exchange(&self.cursors.write, at);\n            let turn = self.turn(at).load(Ordering::Acquire);\n            let ahead",
    ),
    bug(
        "turn_is_read_relaxed",
        ONE_SLOT,
        "let turn = self.turn(at).load(Ordering::Acquire); // [T2] pairs with `release`\n            let ahead",
        "let turn = self.turn(at).load(Ordering::Relaxed);\n            let ahead",
    ),
    bug(
        "turn_is_read_relaxed_at_once",
        ONE_SLOT,
        "let turn = self.turn(at).load(Ordering::Acquire); // [T2] pairs with `release`\n        if turn",
        "let turn = self.turn(at).load(Ordering::Relaxed);\n        if turn",
    ),
    bug(
        "full_is_told_without_the_fence",
        ONE_SLOT,
        "        fence(Ordering::SeqCst); // [T3] pairs with itself, in another thread\n        let read",
        "        let read",
    ),
    bug(
        "empty_is_told_without_the_fence",
        ONE_SLOT,
        "        fence(Ordering::SeqCst); // [T3] pairs with itself, in another thread; [T4] with `evict`, by the word that led here\n",
        "",
    ),
    bug(
        "empty_is_asked_with_the_mark",
        ONE_SLOT,
        "if write & !CLOSED != at || evicting {",
        "if write != at || evicting {",
    ).found_by("turns: claim"),
    bug(
        "busy_for_full",
        ONE_SLOT,
        "if shape.lap_later(read) == at { Refused::Full } else { Refused::Busy }",
        "if read == at { Refused::Full } else { Refused::Busy }",
    ),
    bug(
        "claims_a_run_across_what_was_abandoned",
        RUN,
        "if ahead == state { None }",
        "if ahead == state || ahead == SKIP { None }",
    ).found_by("turns: claim a run"),
    bug(
        "reserves_a_run_of_one_more",
        RUN,
        "self.shape.after(at, n)",
        "self.shape.next(self.shape.after(at, n))",
    ).found_by("turns: reserve a run"),
    bug(
        "reserves_fewer_than_the_least",
        RUN,
        "} else if len < word(least) {\n                if self.cursors.write",
        "} else if false {\n                if self.cursors.write",
    ).found_by("turns: reserve a run"),
    bug(
        "too_few_without_a_second_look",
        RUN,
        "if self.cursors.read.load(Ordering::Relaxed) == at {",
        "if true {",
    ).found_by("turns: claim a run, what is told"),
    bug(
        "commits_one_too_many",
        RUN,
        "if step.before < word(n) {",
        "if step.before < word(n) || step.before == word(n) {",
    ).found_by("turns: commit a run"),
    bug(
        "evicts_where_there_is_room",
        EVICT,
        "let oldest = self.shape.lap_before(at);",
        "let oldest = self.cursors.read.load(Ordering::Relaxed);",
    ).found_by("turns: evict"),
    bug("evicts_what_was_abandoned", EVICT, "if ahead == READY {", "if ahead == READY || ahead == SKIP {").found_by("turns: evict"),
    bug(
        "renews_without_moving_write",
        EVICT,
        "        self.cursors.write.fetch_add(next, Ordering::Relaxed); // the turn carries what there is to carry (T1)\n",
        "        let _ = next;\n",
    ).found_by("turns: evict, then renew"),
    bug(
        "renews_in_the_old_lap",
        EVICT,
        "let turn = self.shape.free(at) + READY;",
        "let turn = self.shape.lap_before(self.shape.free(at)) + READY;",
    ).found_by("turns: evict, then renew"),
    bug(
        "next_is_off_by_one_at_the_wrap",
        SHAPE,
        "if self.index(at) + ONE < self.size {",
        "if self.index(at) < self.size {",
    ),
    bug("after_is_off_by_one_at_the_wrap", SHAPE, "if n < left {", "if n < left + ONE {"),
    bug(
        "a_free_turn_keeps_the_mark",
        SHAPE,
        "        at & !self.below\n    }\n\n    #[inline]\n    pub(super) fn next",
        "        at & !(self.below - ONE)\n    }\n\n    #[inline]\n    pub(super) fn next",
    ),
    bug("between_forgets_the_lap", SHAPE, "{ self.size - from + to }", "{ to.saturating_sub(from) }").found_by("turns: shape, 8 bits, between"),
];

/// The text with the bug in it.
pub(crate) fn patched(mutant: &Mutant, text: &str) -> Result<String, String> {
    let Mutant { name, file, old, new, .. } = mutant;
    match text.matches(old).count() {
        1 => Ok(text.replacen(old, new, 1)),
        n => Err(format!(
            "mutant {name}: {file} has {n} times, not once:\n{old}\nThe shipped text has changed: update the list of \
             mutants in proofs/src/mutants.rs"
        )),
    }
}
