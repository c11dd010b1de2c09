/*
 * Put before a program with LD_PRELOAD: keeps a copy of every random draw of 32 bytes or more that
 * the program takes from the system, in a file that is mapped into memory when the program starts.
 * After that it calls nothing but what it was asked for, so that it works in a sandbox as well.
 *
 * The file is an array of slots after a counter; it goes on where the process before left it.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#define SLOTS 65535
#define KEPT 64
#define SHORTEST 32

struct slot {
    uint32_t length;
    unsigned char bytes[KEPT];
};

static struct record {
    uint64_t used;
    struct slot slots[SLOTS];
} *record;

static long (*next_syscall)(long, ...);

__attribute__((constructor)) static void open_record(void) {
    const char *path = getenv("REGENT_RECORD");
    if (path == NULL)
        return;
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0 || ftruncate(file, sizeof *record) != 0)
        abort();
    record = mmap(NULL, sizeof *record, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (record == MAP_FAILED)
        abort();
    close(file);
}

static long draw(void *buffer, size_t length, unsigned int flags) {
    if (next_syscall == NULL)
        next_syscall = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
    long drawn = next_syscall(SYS_getrandom, buffer, length, flags);
    if (record != NULL && drawn >= SHORTEST) {
        uint64_t at = __atomic_fetch_add(&record->used, 1, __ATOMIC_SEQ_CST);
        if (at >= SLOTS)
            abort(); /* Rather than to miss one. */
        struct slot *slot = &record->slots[at];
        size_t kept = drawn < KEPT ? (size_t)drawn : KEPT;
        memcpy(slot->bytes, buffer, kept);
        slot->length = (uint32_t)kept;
    }
    return drawn;
}

ssize_t getrandom(void *buffer, size_t length, unsigned int flags) {
    return draw(buffer, length, flags);
}

long syscall(long number, ...) {
    long a[6];
    va_list arguments;
    va_start(arguments, number);
    for (int i = 0; i < 6; i++)
        a[i] = va_arg(arguments, long);
    va_end(arguments);
    if (number == SYS_getrandom)
        return draw((void *)a[0], (size_t)a[1], (unsigned int)a[2]);
    if (next_syscall == NULL)
        next_syscall = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
    return next_syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
