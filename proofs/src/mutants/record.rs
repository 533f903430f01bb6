//! Those of records.
use super::{Mutant, bug};

const RECORD: &str = "turns/record.rs";
const SHAPE: &str = "turns/record/shape.rs";

pub(crate) const MUTANTS: &[Mutant] = &[
    bug(
        "record_of_many_granules_has_one",
        RECORD,
        "        if granules != ONE {\n            return None;\n        }\n",
        "",
    )
    .found_by("record: reserve, the first"),
    bug(
        "record_is_claimed_without_the_exchange",
        RECORD,
        "if self.turns.advance(read, at, granules) => {",
        "if true => {",
    )
    .found_by("record: claim, the first"),
    bug(
        "record_gives_back_one_granule",
        RECORD,
        "        if granules == ONE {\n            self.turns.release",
        "        if ONE <= granules {\n            self.turns.release",
    )
    .found_by("record: release"),
    bug(
        "record_reserves_what_is_not_free",
        RECORD,
        "            if free < need {",
        "            if free < need && free < granules {",
    )
    .found_by("record: reserve"),
    bug(
        "record_needs_more_than_there_is",
        RECORD,
        "let need = (pad + granules).min(shape.size);",
        "let need = pad + granules;",
    )
    .found_by("record: an empty ring"),
    bug(
        "record_begins_with_its_pad",
        RECORD,
        "return Ok(Reserved { at: shape.after(at, pad), granules });",
        "return Ok(Reserved { at, granules });",
    )
    .found_by("record: reserve"),
    bug(
        "record_pad_is_not_skipped",
        RECORD,
        "                if pad != ZERO {\n                    self.skip(at, pad);\n                }\n",
        "",
    )
    .found_by("record: reserve"),
    bug(
        "record_that_fits_exactly_is_padded",
        RECORD,
        "let pad = if granules <= left { ZERO } else { left };",
        "let pad = if granules < left { ZERO } else { left };",
    )
    .found_by("record: reserve"),
    bug(
        "record_is_reserved_in_a_closed_ring",
        RECORD,
        "            if at & CLOSED != ZERO {\n                return Err(Refused::Closed);\n            }\n",
        "",
    )
    .found_by("record: reserve"),
    bug(
        "record_pad_alone_is_never_tried",
        RECORD,
        "                    self.skip(at, pad);\n                    continue;",
        "                    self.skip(at, pad);\n                    return Err(Refused::Full);",
    )
    .found_by("record: an empty ring"),
    bug(
        "record_pads_are_in_the_way_of_writers",
        RECORD,
        "        if Looks::FEW.find(is_free) || self.pass_skipped() {\n            return None;\n        }\n",
        "",
    )
    .found_by("record: a pad is passed"),
    bug(
        "record_writer_passes_what_is_committed",
        RECORD,
        "Some(Run { granules, bytes: None }) => {\n                self.pass(at, granules);\n                true",
        "Some(Run { granules, .. }) => {\n                self.pass(at, granules);\n                true",
    )
    .found_by("record: why no room"),
    bug(
        "record_busy_for_full",
        RECORD,
        "{ Refused::Full } else { Refused::Busy }",
        "{ Refused::Busy } else { Refused::Full }",
    )
    .found_by("record: why no room"),
    bug(
        "record_full_is_told_without_the_fence",
        RECORD,
        "        fence(Ordering::SeqCst); // [T3] pairs with itself, in another thread\n",
        "",
    )
    .found_by("record: why no room"),
    bug(
        "record_pass_keeps_what_it_passed",
        RECORD,
        "        if passed {\n            self.turns.release_run(ClaimedRun { at, len: granules });\n        }\n",
        "",
    )
    .found_by("record: claim"),
    bug(
        "record_pass_releases_one_more",
        RECORD,
        "        if passed {\n            self.turns.release_run(ClaimedRun { at, len: granules });",
        "        if passed {\n            let all = self.turns.shape.size;\n            self.turns.release_run(ClaimedRun { at, len: (granules + granules).min(all) });",
    )
    .found_by("record: claim"),
    bug(
        "record_is_claimed_by_its_first_granule",
        RECORD,
        "if self.turns.advance(&cursors.read, at, granules) {",
        "if self.turns.exchange(&cursors.read, at).is_ok() {",
    )
    .found_by("record: claim"),
    bug(
        "record_is_claimed_with_what_is_skipped",
        RECORD,
        "                    if self.pass(at, granules) {\n                        continue;\n                    }",
        "                    if self.turns.advance(&cursors.read, at, granules) {\n                        \
         return Ok(Claimed { at, granules, bytes: self.shape.bytes_in(granules) });\n                    }",
    )
    .found_by("record: claim"),
    bug(
        "record_turn_is_read_relaxed",
        RECORD,
        "load(Ordering::Acquire); // [R1] pairs with `commit` and `skip`\n            match",
        "load(Ordering::Relaxed);\n            match",
    )
    .found_by("record: claim"),
    bug(
        "record_is_longer_than_its_run",
        RECORD,
        "let bytes = word(bytes).min(self.shape.bytes_in(granules));",
        "let bytes = word(bytes);",
    )
    .found_by("record: commit"),
    bug(
        "record_rest_is_not_skipped",
        RECORD,
        "        if used < granules {",
        "        if granules < used {",
    )
    .found_by("record: commit"),
    bug(
        "record_rest_is_skipped_too_late",
        RECORD,
        "        if used < granules {\n            self.skip(self.turns.shape.after(at, used), granules - used); // before the record: nobody is there yet\n        }\n        self.turns.turn(at).store(self.shape.ready(at, bytes), Ordering::Release); // [R1] pairs with `claim`\n",
        "        self.turns.turn(at).store(self.shape.ready(at, bytes), Ordering::Release);\n        if used < granules {\n            self.skip(self.turns.shape.after(at, used), granules - used);\n        }\n",
    )
    .found_by("record: commit"),
    bug(
        "record_rest_is_one_too_long",
        RECORD,
        "granules - used); // before",
        "granules); // before",
    )
    .found_by("record: commit"),
    bug(
        "record_discards_one_granule",
        RECORD,
        "self.skip(reserved.at, reserved.granules);",
        "self.skip(reserved.at, self.shape.granules_for(self.shape.bytes_in(ZERO)));",
    )
    .found_by("record: discard"),
    bug(
        "record_release_keeps_one_granule",
        RECORD,
        "        } else {\n            self.turns.release_run(ClaimedRun { at, len: granules });",
        "        } else {\n            self.turns.release_run(ClaimedRun { at, len: granules - ONE });",
    )
    .found_by("record: release"),
    bug(
        "record_length_is_rounded_down",
        SHAPE,
        "((bytes + most) >> self.bits).max(ONE)",
        "(bytes >> self.bits).max(ONE)",
    )
    .found_by("record: shape, 8 bits"),
    bug(
        "record_of_nothing_has_no_granule",
        SHAPE,
        "((bytes + most) >> self.bits).max(ONE)",
        "(bytes + most) >> self.bits",
    )
    .found_by("record: shape, 8 bits"),
    bug(
        "record_turn_of_another_lap_is_believed",
        SHAPE,
        "if ahead == ZERO || shape.below < ahead {",
        "if ahead == ZERO {",
    )
    .found_by("record: shape, 8 bits"),
    bug(
        "record_run_leaves_its_lap",
        SHAPE,
        "let bytes = length.min(self.bytes_in(left));",
        "let bytes = length.min(self.bytes_in(shape.size));",
    )
    .found_by("record: shape, 8 bits"),
    bug(
        "record_skipped_reads_as_a_record",
        SHAPE,
        "self.turns.free(at) + granules * TWO",
        "self.turns.free(at) + granules * TWO + ONE",
    )
    .found_by("record: shape, 8 bits"),
    bug(
        "record_used_forgets_the_lap",
        SHAPE,
        "Some(shape.size - from + to)",
        "Some(from - to)",
    )
    .found_by("record: shape, 8 bits, used"),
];
