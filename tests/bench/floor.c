/* The floor: what a terminal program costs that does nothing but show a full screen and answer keys. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static void put(const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t written = write(STDOUT_FILENO, bytes, count);
        if (written <= 0) exit(1);
        bytes += written;
        count -= (size_t)written;
    }
}

int main(void) {
    struct termios before, raw;
    struct winsize size = {0};
    if (tcgetattr(STDIN_FILENO, &before) != 0) return 1;
    raw = before;
    cfmakeraw(&raw);
    tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    ioctl(STDIN_FILENO, TIOCGWINSZ, &size);

    static char frame[1 << 16];
    size_t used = (size_t)sprintf(frame, "\x1b[?1049h\x1b[?25l");
    for (int row = 1; row <= size.ws_row; row++) {
        used += (size_t)sprintf(frame + used, "\x1b[%d;1H", row);
        for (int column = 0; column < size.ws_col && used < sizeof frame - 64; column++)
            frame[used++] = (char)('!' + (row * 7 + column) % 90);
    }
    used += (size_t)sprintf(frame + used, "\x1b[1;1Hthe frame is complete");
    put(frame, used);

    char keys[64], answer[32];
    unsigned pressed = 0;
    ssize_t count;
    while ((count = read(STDIN_FILENO, keys, sizeof keys)) > 0 && memchr(keys, 'q', (size_t)count) == NULL)
        put(answer, (size_t)sprintf(answer, "\x1b[2;1H%u", ++pressed));
    tcsetattr(STDIN_FILENO, TCSANOW, &before);
    put("\x1b[?25h\x1b[?1049l", 14);
    return 0;
}
