/*
 * Where the program starts. That of glibc 2.34 and later leaves the constructors of a program to the library; in older ones the
 * program runs them itself.
 */
typedef void initializer(int, char **, char **);

extern initializer *__init_array_start[] __attribute__((visibility("hidden")));
extern initializer *__init_array_end[] __attribute__((visibility("hidden")));

extern int main(int, char **, char **);
extern int __libc_start_main(int (*)(int, char **, char **), int, char **, initializer *, void (*)(void), void (*)(void), void *);

static void initialize(int count, char **arguments, char **environment)
{
    for (initializer **one = __init_array_start; one < __init_array_end; one++)
        (*one)(count, arguments, environment);
}

/* The kernel leaves the number of arguments on the stack, and the arguments after it; the loader leaves what ends it in rdx. */
__attribute__((visibility("hidden"), used, noreturn)) void start_with(void **stack, void (*end_of_loader)(void))
{
    __libc_start_main(main, (int)(long)stack[0], (char **)(stack + 1), initialize, 0, end_of_loader, stack);
    __builtin_trap();
}

__asm__(".text\n"
        ".globl _start\n"
        ".type _start,@function\n"
        "_start:\n"
        "  xorl %ebp, %ebp\n"
        "  movq %rsp, %rdi\n"
        "  movq %rdx, %rsi\n"
        "  andq $-16, %rsp\n"
        "  call start_with\n"
        ".size _start, .-_start\n");
