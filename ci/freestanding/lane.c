/* The whole rest of the program: no C library either. */
#include "start.h"

u32 ring_push(u32 value);
u32 ring_pop(u32 *value);
u32 ring_count_up(u32 first, u32 n);
u32 ring_sum(u32 n);

_Noreturn void _start(void) {
    u32 item = 0;
    for (u32 round = 0; round < 100; round++) {
        for (u32 n = 1; n <= 5; n++)
            if (!ring_push(round + n)) exit_with(1);
        if (ring_push(99)) exit_with(2);
        for (u32 n = 1; n <= 3; n++)
            if (!ring_pop(&item) || item != round + n) exit_with(3);
        if (!ring_count_up(1000, 3)) exit_with(4);
        if (ring_count_up(1000, 1)) exit_with(5);
        if (ring_sum(6)) exit_with(6);
        if (ring_sum(5) != (round + 4) + (round + 5) + 1000 + 1001 + 1002) exit_with(7);
        if (ring_pop(&item)) exit_with(8);
    }
    exit_with(0);
}
