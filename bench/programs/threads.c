/* threads FIGURES THREADS COUNT: THREADS threads at once, each with COUNT mmap/munmap pairs; times all of them together. */
#include "clock.h"

#include <pthread.h>
#include <sys/mman.h>

#define BYTES 65536
#define THREADS_MAX 256

static long count;
static pthread_barrier_t barrier;

static void *work(void *unused)
{
	pthread_barrier_wait(&barrier);
	for (long i = 0; i < count; i++) {
		void *at = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		check(at != MAP_FAILED, "mmap");
		munmap(at, BYTES);
	}
	pthread_barrier_wait(&barrier);
	return unused;
}

int main(int argc, char **argv)
{
	pthread_t threads[THREADS_MAX];
	int used = argc == 4 ? atoi(argv[2]) : 0;
	count = argc == 4 ? atol(argv[3]) : 0;
	check(used > 0 && used <= THREADS_MAX && count > 0, "threads FIGURES THREADS COUNT");
	FILE *figures = open_figures(argv[1]);
	pthread_barrier_init(&barrier, NULL, (unsigned)used + 1);
	for (int i = 0; i < used; i++)
		check(pthread_create(&threads[i], NULL, work, NULL) == 0, "pthread_create");
	pthread_barrier_wait(&barrier);
	uint64_t from = nanos_now();
	pthread_barrier_wait(&barrier);
	fprintf(figures, "pairs %llu %ld\n", (unsigned long long)(nanos_now() - from), count * used);
	for (int i = 0; i < used; i++)
		pthread_join(threads[i], NULL);
	return fclose(figures) != 0;
}
