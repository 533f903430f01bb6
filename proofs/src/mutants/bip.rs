//! Those of the ring of bytes.
use super::{Mutant, bug};

const BOTH: &str = "bip.rs";
const SIDE: &str = "bip/side.rs";
const WRITER: &str = "bip/writer.rs";
const READER: &str = "bip/reader.rs";

pub(crate) const MUTANTS: &[Mutant] = &[
    bug(
        "bip_watermark_is_not_stored",
        WRITER,
        "cursors.committed.watermark.store(self.mark, Ordering::Relaxed);",
        "",
    ),
    bug(
        "bip_watermark_is_stored_after_publish",
        WRITER,
        "            self.writer.end_lap(cursors);\n        }\n",
        "            let was_empty = self.writer.reached == self.writer.side.at;\n            \
         self.writer.mark = self.writer.side.at;\n            \
         self.writer.side.skip_to_next_lap(&cursors.committed.cursor);\n            \
         if was_empty {\n                self.writer.reached = self.writer.side.lap;\n            }\n            \
         self.writer.side.publish(&cursors.committed.cursor, n);\n            \
         cursors.committed.watermark.store(self.writer.mark, Ordering::Relaxed);\n            \
         return;\n        }\n",
    ),
    bug(
        "bip_watermark_is_the_end_of_the_lap",
        WRITER,
        "self.mark = self.side.at;",
        "self.mark = self.side.next_lap();",
    ),
    bug("bip_lap_is_not_stored", SIDE, "own.lap.store(self.lap, Ordering::Relaxed);", ""),
    bug(
        "bip_publishes_relaxed",
        SIDE,
        "own.position.store(self.at, Ordering::Release);",
        "own.position.store(self.at, Ordering::Relaxed);",
    ),
    bug(
        "bip_index_is_from_the_end",
        SIDE,
        "Span { start: self.at.wrapping_sub(self.lap), len }",
        "Span { start: self.to_end(), len }",
    ),
    bug(
        "bip_writer_looks_relaxed",
        WRITER,
        "cursors.released.position.load(Ordering::Acquire); // [B2]",
        "cursors.released.position.load(Ordering::Relaxed); // [B2]",
    ),
    bug(
        "bip_reader_looks_relaxed",
        READER,
        "self.seen = cursors.committed.cursor.position.load(Ordering::Acquire);",
        "self.seen = cursors.committed.cursor.position.load(Ordering::Relaxed);",
    ),
    bug(
        "bip_watermark_is_read_first",
        READER,
        "        self.seen = cursors.committed.cursor.position.load(Ordering::Acquire); // [B1] pairs with `Side::publish`\n",
        "        self.mark = cursors.committed.watermark.load(Ordering::Relaxed);\n        \
         self.seen = cursors.committed.cursor.position.load(Ordering::Acquire);\n        \
         if true {\n            return self.seen != self.side.at;\n        }\n",
    ),
    bug(
        "bip_a_reader_before_a_pad_is_in_the_way",
        WRITER,
        "if stands_before_a_pad { self.side.lap } else { released }",
        "released",
    )
    .found_by("bip: what is free can be had"),
    bug(
        "bip_vacant_counts_a_pad",
        WRITER,
        "self.free(self.reached_by(cursors.released.position.load(Ordering::Relaxed)))",
        "self.free(cursors.released.position.load(Ordering::Relaxed))",
    ),
    bug(
        "bip_refuses_what_just_fits",
        WRITER,
        "        if n <= room.ahead {\n            Some(self.reserved_ahead(n))",
        "        if n < room.ahead {\n            Some(self.reserved_ahead(n))",
    )
    .found_by("bip: what is free can be had"),
    bug(
        "bip_next_lap_has_room_for_all_that_is_free",
        WRITER,
        "next_lap: free.wrapping_sub(to_end) }",
        "next_lap: free }",
    ),
    bug(
        "bip_an_empty_ring_has_a_dead_zone",
        WRITER,
        "} else if self.reached == self.side.at {\n",
        "} else if false {\n",
    )
    .found_by("bip: an empty ring has room"),
    bug(
        "bip_a_pad_in_an_empty_ring_is_not_passed",
        WRITER,
        "        if was_empty {\n",
        "        if false {\n",
    ),
    bug(
        "bip_writer_begins_a_byte_too_far",
        WRITER,
        "self.reached = self.side.at.wrapping_sub(self.side.size);",
        "self.reached = self.side.next_lap().wrapping_sub(self.side.size);",
    ),
    bug(
        "bip_writer_begins_without_the_watermark",
        WRITER,
        "let mark = cursors.committed.watermark.load(Ordering::Relaxed);",
        "let mark = side.lap;",
    ),
    bug(
        "bip_up_to_takes_the_smaller_piece",
        WRITER,
        "room.next_lap <= room.ahead {",
        "room.ahead <= room.next_lap {",
    ),
    bug(
        "bip_next_leaves_bytes_out",
        WRITER,
        "        if to_end == ZERO {\n            self.reserved_in_next_lap",
        "        if room.ahead == ZERO {\n            self.reserved_in_next_lap",
    ),
    bug("bip_commit_is_not_clamped", WRITER, "let n = n.min(self.span.len);", ""),
    bug(
        "bip_a_commit_of_none_ends_the_lap",
        WRITER,
        "        if n == ZERO {\n            return;\n        }\n",
        "",
    ),
    bug("bip_commit_stays_in_the_lap", WRITER, "        if self.skips {\n", "        if false {\n"),
    bug(
        "bip_reader_reads_the_pad",
        READER,
        "ahead: mark.wrapping_sub(self.side.at),",
        "ahead: self.side.next_lap().wrapping_sub(self.side.at),",
    )
    .found_by("bip: claim"),
    bug(
        "bip_available_counts_by_the_last_watermark",
        READER,
        "            cursors.committed.watermark.load(Ordering::Relaxed) // [B1] has brought it here\n",
        "            self.mark\n",
    ),
    bug(
        "bip_a_lap_ahead_from_the_end_of_ours",
        SIDE,
        "self.reach < at.wrapping_sub(self.lap)",
        "self.reach <= at.wrapping_sub(self.lap)",
    ),
    bug(
        "bip_reader_does_not_look_again",
        READER,
        "if self.sight().ahead == ZERO || !self.side.is_passed_by(self.seen) {",
        "if self.sight().ahead == ZERO {",
    ),
    bug(
        "bip_reader_stays_before_the_pad",
        READER,
        "if ahead == ZERO { self.claimed_in_next_lap(next_lap) } else { self.claimed_ahead(ahead, ZERO) }",
        "self.claimed_ahead(ahead, ZERO)",
    ),
    bug("bip_release_is_not_clamped", READER, "let n = n.min(span.len.wrapping_add(rest.len));", ""),
    bug(
        "bip_a_release_of_none_ends_the_lap",
        READER,
        "        if n == ZERO {\n            return;\n        }\n",
        "",
    ),
    bug(
        "bip_release_of_a_lap_passes_its_pad",
        READER,
        "} else if n <= span.len {",
        "} else if n < span.len {",
    ),
    bug(
        "bip_release_counts_the_first_piece_twice",
        READER,
        "side.publish(&cursors.released, n.wrapping_sub(span.len));",
        "side.publish(&cursors.released, n);",
    ),
    bug(
        "bip_restart_keeps_the_watermark",
        BOTH,
        "        self.committed.watermark.store(at, Ordering::Relaxed); // handing the ends out orders it\n",
        "",
    ),
    bug("bip_restart_keeps_the_reader_behind", BOTH, "        self.released.restart_at(at);\n", ""),
];
