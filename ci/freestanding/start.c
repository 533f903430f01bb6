/* The whole rest of the program: no C library either. Exits with 0, or with the number of the check that failed. */
typedef unsigned int u32;
typedef unsigned long size;

u32 ring_push(u32 value);
u32 ring_pop(u32 *value);
u32 ring_count_up(u32 first, u32 n);
u32 ring_sum(u32 n);
u32 uart_init(void);
unsigned char *uart_arm(void);
void uart_interrupt(u32 n);
u32 uart_task(void);

/* What compilers ask of every environment, and the targets of microcontrollers have; `volatile` lest it be made of itself. */
void *memmove(void *to, const void *from, size n) {
    volatile unsigned char *t = to;
    const volatile unsigned char *f = from;
    if (t < f)
        for (size k = 0; k < n; k++) t[k] = f[k];
    else
        while (n--) t[n] = f[n];
    return to;
}

static _Noreturn void exit_with(long status) {
    __asm__ volatile("syscall" : : "a"(60L), "D"(status) : "rcx", "r11", "memory");
    __builtin_unreachable();
}

/* The kernel enters with a stack that is aligned for a call, not by one. */
__attribute__((force_align_arg_pointer)) _Noreturn void _start(void) {
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
    if (!uart_init() || uart_init()) exit_with(9);
    unsigned char *now = uart_arm();
    for (u32 round = 0; round < 1000; round++) {
        /* The controller has the next transfer before the first one ends; every third one ends early. */
        unsigned char *next = uart_arm();
        u32 n = round % 3 ? 4 : 1;
        if (!now || !next) exit_with(10);
        if (uart_arm()) exit_with(11);
        for (u32 k = 0; k < n; k++) ((volatile unsigned char *)now)[k] = (unsigned char)(round % 60 + k);
        uart_interrupt(n);
        if (uart_task() != n * (round % 60) + n * (n - 1) / 2 + (n << 16)) exit_with(12);
        now = next;
    }
    exit_with(0);
}
