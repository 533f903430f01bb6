//! The bugs that are planted in the pool. Read by `build.rs` too.
use super::{Mutant, bug};

const POOL: &str = "pool.rs";
const RING: &str = "pool/ring.rs";
const CLOSE: &str = "pool/close.rs";
const EVICT: &str = "pool/evict.rs";
const SHAPE: &str = "pool/shape.rs";

pub(crate) const MUTANTS: &[Mutant] = &[
    bug(
        "puts_at_whatever_is_empty",
        RING,
        "            if word == self.shape.lap(walk.at) {\n                let done",
        "            if word == self.shape.lap(word) {\n                let done",
    )
    .found_by("pool: commit"),
    bug(
        "walks_past_one_too_many",
        RING,
        "self.at = shape.next(passed);",
        "self.at = shape.next(shape.next(passed));",
    ),
    bug(
        "the_put_hint_leads_too_far",
        RING,
        "let next = self.shape.next(walk.at).wrapping_sub(self.start());",
        "let next = self.shape.next(self.shape.next(walk.at)).wrapping_sub(self.start());",
    )
    .found_by("pool: commit"),
    bug(
        "the_take_hint_leads_too_far",
        RING,
        "let (hint, next) = (walk.hint, self.shape.next(walk.at));",
        "let (hint, next) = (walk.hint, self.shape.next(self.shape.next(walk.at)));",
    ),
    bug(
        "the_take_hint_goes_back",
        RING,
        "let (hint, next) = (walk.hint, self.shape.next(walk.at));",
        "let (hint, next) = (self.shape.next(walk.at), walk.hint);",
    ),
    bug(
        "an_entry_stays_in_its_lap",
        RING,
        "self.exchange(walk.at, word, self.shape.lap_later(lap), Ordering::Relaxed)",
        "self.exchange(walk.at, word, lap, Ordering::Relaxed)",
    ),
    bug(
        "takes_one_more_than_there_are",
        RING,
        "if index < self.shape.size {",
        "if index < self.shape.size + ONE {",
    ),
    bug(
        "takes_past_what_is_not_emptied",
        RING,
        "                return Err(Nothing::Sealed);\n            } else {\n                walk.past(self.shape.emptied(word, walk.at)",
        "                return Err(Nothing::Sealed);\n            } else {\n                walk.past(self.shape.filled(word, walk.at)",
    ),
    bug(
        "an_entry_is_read_relaxed",
        RING,
        "load(Ordering::Acquire); // [P1] pairs with `put`",
        "load(Ordering::Relaxed);",
    ),
    bug(
        "an_index_is_put_relaxed",
        RING,
        "word + ONE + index, Ordering::Release)",
        "word + ONE + index, Ordering::Relaxed)",
    )
    .found_by("pool: commit"),
    bug(
        "nothing_is_found_without_the_fence",
        RING,
        "        fence(Ordering::SeqCst); // [P2] pairs with itself, in another thread\n",
        "",
    ),
    bug(
        "nothing_is_found_without_the_hint",
        RING,
        "self.load(at) == self.shape.lap(at) && self.shape.between(at, hint) == ZERO",
        "self.load(at) == self.shape.lap(at)",
    )
    .found_by("pool: claim, what is known"),
    bug("nothing_is_found_at_the_first_look", RING, "if self.is_empty(walk.at) {", "if true {")
        .found_by("pool: claim, what is known"),
    bug(
        "the_put_hint_of_a_full_ring_is_a_lap_back",
        RING,
        "if FULL { self.shape.lap_later(ZERO) } else { ZERO }",
        "if FULL { ZERO } else { ZERO }",
    )
    .found_by("pool: release"),
    bug(
        "seals_what_is_sealed_alone",
        RING,
        "if word == sealed || self.exchange(",
        "if word != sealed || self.exchange(",
    )
    .found_by("pool: close"),
    bug(
        "reservations_are_those_of_the_wrong_lap",
        RING,
        ".find(|&index| self.shape.lap(self.load(index)) == lap);",
        ".find(|&index| self.shape.lap(self.load(index)) != lap);",
    ),
    bug(
        "commits_twice",
        POOL,
        "    pub fn commit(&self, reserved: Reserved) {\n        self.ready.put(reserved.index);",
        "    pub fn commit(&self, reserved: Reserved) {\n        self.ready.put(reserved.index);\n        self.ready.put(reserved.index);",
    ),
    bug(
        "abandons_without_counting",
        POOL,
        "        self.cursors.closing.count_abandoned(self.shape, ONE);\n        self.free.put(reserved.index);",
        "        self.free.put(reserved.index);",
    ),
    bug(
        "releases_to_the_ready",
        POOL,
        "        self.free.put(claimed.index);",
        "        self.ready.put(claimed.index);",
    ),
    bug(
        "claims_what_is_free",
        POOL,
        "        match self.ready.take() {\n            Ok(index) => Ok(Claimed { index }),",
        "        match self.free.take() {\n            Ok(index) => Ok(Claimed { index }),",
    ),
    bug(
        "closed_is_told_while_some_may_commit",
        POOL,
        "Nothing::At(at) if !self.is_closed() || self.is_outstanding(at) => Refused::Empty,",
        "Nothing::At(_) if !self.is_closed() => Refused::Empty,",
    ),
    bug(
        "closed_is_told_before_it_is_sealed",
        POOL,
        "        self.cursors.closing.finish(&self.free);\n        Refused::Closed",
        "        Refused::Closed",
    ),
    bug(
        "evicts_in_a_closed_pool",
        CLOSE,
        "self.spend(shape, shape.minus(ONE), CLOSED)",
        "self.spend(shape, shape.minus(ONE), ZERO)",
    ),
    bug(
        "a_count_loses_the_mark",
        CLOSE,
        "(shape.plus(spent, by) & !CLOSED) | (spent & CLOSED)",
        "shape.plus(spent, by) & !CLOSED",
    ),
    bug(
        "evicts_without_counting",
        EVICT,
        "        if !closing.count_evicted(self.shape) {\n            return Err(self.closed());\n        }\n",
        "",
    ),
    bug(
        "keeps_the_count_of_one_that_was_not_evicted",
        EVICT,
        "                closing.count_abandoned(self.shape, ONE);\n",
        "",
    ),
    bug("renews_to_the_free", EVICT, "self.ready.put(evicted.index);", "self.free.put(evicted.index);"),
    bug(
        "a_pool_goes_on_one_later_at_the_wrap",
        SHAPE,
        "if self.index(at) + ONE < self.size {",
        "if self.index(at) < self.size {",
    ),
    bug("a_seal_is_any_bit", SHAPE, "word & self.below == self.below", "word & self.below != ZERO"),
    bug(
        "filled_forgets_the_lap_before",
        SHAPE,
        "(if word == lap { self.lap_before(lap) } else { lap }) | self.index(at)",
        "lap | self.index(at)",
    ),
];
