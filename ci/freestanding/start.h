/* What a program without a C library begins and ends with. `_start` exits with 0, or with the number of the check that failed. */
typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long size;

static _Noreturn void exit_with(long status) {
    __asm__ volatile("syscall" : : "a"(60L), "D"(status) : "rcx", "r11", "memory");
    __builtin_unreachable();
}

/* The kernel enters with a stack that is aligned for a call, not by one. */
__attribute__((force_align_arg_pointer)) _Noreturn void _start(void);
