/* The whole rest of the program: no C library either. */
#include "start.h"

u8 *bytes_grant(size n);
u32 bytes_commit(size n, size used);
const u8 *bytes_read(size *n);
u32 bytes_release(size n);

_Noreturn void _start(void) {
    size n = 0;
    u8 next = 0, wanted = 0;
    for (size round = 0; round < 100; round++) {
        for (size empty = 0; empty <= 10; empty++)
            if (!bytes_grant(empty)) exit_with(1); /* all of an empty ring, wherever it is */
        if (bytes_grant(11) || bytes_grant(~0ul)) exit_with(2);
        u8 *room = bytes_grant(7);
        for (size at = 0; at < 5; at++) room[at] = next++;
        if (!bytes_commit(7, 5) || bytes_commit(7, 8)) exit_with(3);
        const u8 *bytes = bytes_read(&n);
        if (!bytes || n != 5) exit_with(4);
        for (size at = 0; at < 5; at++)
            if (bytes[at] != wanted++) exit_with(5);
        if (bytes_release(6) || !bytes_release(2) || !bytes_release(3)) exit_with(6);
        if (bytes_read(&n)) exit_with(7);
    }
    exit_with(0);
}
