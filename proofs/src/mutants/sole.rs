//! Those of the sole ends of the ring of turns. Each names the scenarios that can notice it.
use super::Mutant;

const WRITER: &str = "turns/sole/writer.rs";
const READER: &str = "turns/sole/reader.rs";
const BOTH: &str = "turns/sole.rs";
const ONE_SLOT: &str = "turns/one.rs";
const SHAPE: &str = "turns/shape.rs";

const fn bug(
    about: &'static str,
    name: &'static str,
    file: &'static str,
    old: &'static str,
    new: &'static str,
) -> Mutant {
    Mutant { name, file, old, new, about }
}

pub(crate) const MUTANTS: &[Mutant] = &[
    bug(
        "sole: the next free",
        "sole_reserves_without_looking",
        WRITER,
        "if turn != turns.shape.free(at) {",
        "if false {",
    ),
    bug(
        "sole: the next free",
        "sole_reads_the_turn_relaxed",
        WRITER,
        "let turn = turns.turn(at).load(Ordering::Acquire); // [T2] pairs with `release`",
        "let turn = turns.turn(at).load(Ordering::Relaxed);",
    ),
    bug(
        "sole: commit the next",
        "sole_offers_beyond_what_it_committed",
        WRITER,
        "        if self.offered != ZERO {\n            self.offered = ZERO; // seldom: a store less\n        }\n",
        "",
    ),
    bug(
        "sole: commit the next",
        "sole_commits_the_turn_before_write",
        WRITER,
        "        turns.cursors.write.store(self.at, Ordering::Relaxed); // the turn carries what there is to carry (T1)\n        \
         turns.commit(next);\n",
        "        turns.commit(next);\n        turns.cursors.write.store(self.at, Ordering::Relaxed);\n",
    ),
    bug(
        "sole: release the next",
        "sole_releases_the_turn_before_read",
        READER,
        "        turns.cursors.read.store(self.at, Ordering::Relaxed); // the turn carries what there is to carry (T2)\n        \
         turns.release(next);\n",
        "        turns.release(next);\n        turns.cursors.read.store(self.at, Ordering::Relaxed);\n",
    ),
    bug(
        "sole: the next free",
        "sole_reserves_in_a_closed_ring",
        WRITER,
        "        if turns.cursors.beside.life.is_closed() {\n            return Err(Refused::Closed);\n        }\n",
        "",
    ),
    bug(
        "sole: reserve a run",
        "sole_offers_all_that_is_asked",
        WRITER,
        "self.offered = len;",
        "self.offered = word(want);",
    ),
    bug(
        "sole: commit",
        "sole_commits_what_was_not_offered",
        WRITER,
        "let n = first(n, self.offered);",
        "let n = word(n);",
    ),
    bug(
        "sole: commit",
        "sole_offers_what_it_committed",
        WRITER,
        "let n = first(n, self.offered);\n        self.offered = ZERO;",
        "let n = first(n, self.offered);",
    ),
    bug(
        "sole: commit",
        "sole_stores_turns_before_write",
        WRITER,
        "        turns.cursors.write.store(self.at, Ordering::Relaxed); // the turn carries what there is to carry (T1)\n        \
         for at in turns.shape.positions(first, n) {\n            turns.commit(Reserved { at });\n        }\n",
        "        for at in turns.shape.positions(first, n) {\n            turns.commit(Reserved { at });\n        }\n        \
         turns.cursors.write.store(self.at, Ordering::Relaxed);\n",
    ),
    bug(
        "sole: a writer renews",
        "sole_stays_where_it_renewed",
        WRITER,
        "self.at = turns.shape.next(self.at);",
        "",
    ),
    bug(
        "sole: a writer closes",
        "sole_commits_after_it_closed",
        WRITER,
        "        self.offered = ZERO;\n        turns.cursors.close_sole();",
        "        turns.cursors.close_sole();",
    ),
    bug(
        "sole: closed",
        "sole_closed_is_read_after_write",
        ONE_SLOT,
        "        let closed_beside = beside.life.is_closed();\n        \
         let write = self.write.load(Ordering::Relaxed); // after the fence, and both of these\n",
        "        let write = self.write.load(Ordering::Relaxed);\n        \
         let closed_beside = beside.life.is_closed();\n",
    ),
    bug(
        "sole: claim",
        "sole_claims_what_was_abandoned",
        READER,
        "if ahead == READY {",
        "if ahead == READY || ahead == SKIP {",
    ),
    bug(
        "sole: claim",
        "sole_passes_what_is_not_committed",
        READER,
        "if ahead == SKIP {",
        "if ahead == SKIP || ahead == ZERO {",
    ),
    bug(
        "sole: claim",
        "sole_passes_two",
        READER,
        "self.advance(turns, ONE);",
        "self.advance(turns, ONE);\n            self.at = turns.shape.next(self.at);",
    ),
    bug(
        "sole: claim a run",
        "sole_claims_all_that_is_asked",
        READER,
        "self.offered = len;",
        "self.offered = word(want);",
    ),
    bug(
        "sole: claim a run",
        "sole_is_refused_and_still_offered",
        READER,
        "                self.rest(turns);\n",
        "",
    ),
    bug(
        "sole: release",
        "sole_releases_what_was_not_offered",
        READER,
        "let n = first(n, self.offered);",
        "let n = word(n);",
    ),
    bug("sole: release", "sole_offers_what_it_released", READER, "        self.offered -= n;\n", ""),
    bug(
        "sole: release",
        "sole_stores_turns_before_read",
        READER,
        "        turns.cursors.read.store(self.at, Ordering::Relaxed); // the turn carries what there is to carry (T2)\n        \
         for at in turns.shape.positions(first, n) {\n            turns.release(Claimed { at });\n        }\n",
        "        for at in turns.shape.positions(first, n) {\n            turns.release(Claimed { at });\n        }\n        \
         turns.cursors.read.store(self.at, Ordering::Relaxed);\n",
    ),
    bug(
        "sole: rest",
        "sole_offers_without_the_hold",
        READER,
        "        if self.offered != ZERO {\n            self.offered = ZERO; // seldom: a store less\n        }\n        if self.patience",
        "        if self.patience",
    ),
    bug(
        "sole: rest",
        "sole_gives_back_what_it_keeps",
        READER,
        "if self.patience != 0 && self.holding {",
        "if self.holding {",
    ),
    bug(
        "sole: the hold",
        "sole_reads_read_without_the_hold",
        READER,
        "            if !hold.try_take() {\n                return (self, Err(Refused::Busy));\n            }\n            \
         self.holding = true;\n            self.at = turns.cursors.read.load(Ordering::Relaxed); // H1 ordered it\n",
        "            self.at = turns.cursors.read.load(Ordering::Relaxed);\n            if !hold.try_take() {\n                \
         return (self, Err(Refused::Busy));\n            }\n            self.holding = true;\n",
    ),
    bug(
        "sole: reserve a run",
        "sole_offers_beside_an_empty_span",
        WRITER,
        "            self.offered = ZERO;\n            return Ok(NO_SLOTS);",
        "            return Ok(NO_SLOTS);",
    ),
    bug(
        "sole: claim a run",
        "sole_claims_beside_an_empty_span",
        READER,
        "            self.offered = ZERO;\n            return Ok(NO_SLOTS);",
        "            return Ok(NO_SLOTS);",
    ),
    bug(
        "sole: the hold",
        "sole_is_patient_for_ever",
        READER,
        "            self.patience = self.patience.saturating_sub(1);\n",
        "",
    ),
    bug(
        "sole: the hold",
        "sole_heeds_no_wish",
        READER,
        "        if hold.is_asked() {\n            self.patience = PATIENCE;\n        }\n",
        "",
    ),
    bug(
        "sole: the hold",
        "sole_goes_on_without_the_hold",
        READER,
        "if self.patience == 0 && !turns",
        "if self.patience <= 1 && !turns",
    ),
    bug(
        "sole: a reader leaves",
        "sole_leaves_with_the_hold",
        READER,
        "        self.patience = PATIENCE;\n        self.rest(turns);",
        "        self.rest(turns);",
    ),
    bug(
        "sole: release",
        "sole_gives_back_from_where_it_went",
        READER,
        "for at in turns.shape.positions(first, n) {",
        "for at in turns.shape.positions(self.at, n) {",
    ),
    bug(
        "sole: evict from",
        "sole_is_not_asked_for_the_hold",
        BOTH,
        "        self.cursors.expect_overwriting();\n        let hold",
        "        let hold",
    ),
    bug(
        "sole: evict from",
        "sole_is_evicted_without_the_hold",
        BOTH,
        "        if !hold.try_take() {\n            return Err(Refused::Busy);\n        }\n",
        "",
    ),
    bug(
        "sole: evict from",
        "sole_is_evicted_after_the_hold",
        BOTH,
        "        let evicted = self.evict();\n        hold.give_back();",
        "        hold.give_back();\n        let evicted = self.evict();",
    ),
    bug(
        "bits, positions",
        "positions_stay_at_the_first",
        SHAPE,
        "self.at = self.shape.next(at);\n        self.left",
        "self.left",
    ),
];
