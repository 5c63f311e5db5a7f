/*
 * Walks the stack of the thread that asked for a call. A walk is made twice for a
 * stack that is new to the journal (to hash it, to write it), so that it needs no
 * memory for the frames; once for all others. No lock, no allocation, no signal
 * blocked: it runs wherever a system call can be made.
 */
#include "unwind.h"

#include "hook.h"

#define ADDRESS_MASK ((1ull << 47) - 1)
#define LOWEST_CODE 4096ull
#define CFA_BITS 20
/* Bytes between the first stack pointer and the frame of what libc's start calls: 16 in glibc, 48 (main) in musl. */
#define STARTED_WITHIN 56
#define UCONTEXT_REGISTERS 40 /* uc_mcontext.gregs; asm/sigcontext.h */
#define CALL_INDIRECT 0xff

struct walk {
	struct mt_tracer *tracer;
	struct mt_unwind *unwind;
	struct mt_reach reach;
	uint64_t pc, sp, rbp, rbx, rdi;
	uint32_t is_exact; /* pc is the next instruction itself, not the one behind a call */
	/* what has been seen */
	uint32_t depth;
	uint64_t hash, caller;
	/* the second time: where to write */
	uint32_t id;
	uint32_t failed;
	struct mt_stack *piece;
	uint32_t piece_number;
};

/* A rule in one word: way, CFA / 8, rbp, rbx, number of the module. */
static uint64_t pack(struct mt_rule rule, uint32_t module)
{
	return (uint64_t)rule.way | ((uint64_t)(uint32_t)(rule.cfa / 8) & ((1u << CFA_BITS) - 1)) << 4 |
	       (uint64_t)rule.rbp << 24 | (uint64_t)rule.rbx << 34 | (uint64_t)module << 48;
}

static inline uint32_t way_of(uint64_t rule)
{
	return rule & 15;
}

static inline int64_t cfa_of(uint64_t rule)
{
	return (int64_t)(rule << (64 - 4 - CFA_BITS)) >> (64 - CFA_BITS) << 3;
}

static inline uint64_t rbp_words(uint64_t rule)
{
	return rule >> 24 & (MT_RULE_WORDS - 1);
}

static inline uint64_t rbx_words(uint64_t rule)
{
	return rule >> 34 & (MT_RULE_WORDS - 1);
}

static inline uint32_t module_of(uint64_t rule)
{
	return (uint32_t)(rule >> 48);
}

static inline struct mt_cached *cache_line(struct mt_unwind *unwind, uint64_t key)
{
	return &unwind->rules[key * 0x9e3779b97f4a7c15ull >> 52];
}

_Static_assert(MT_RULES == 4096, "the hash of a rule's key has 12 bits");

/* mov $15,%rax; syscall: what a handler returns to, in each libc; musl has no table that says so. */
static int is_restorer(const struct mt_module *module, uint64_t pc)
{
	static const uint8_t code[] = { 0x48, 0xc7, 0xc0, 0x0f, 0, 0, 0, 0x0f, 0x05 };
	return pc >= module->start && pc + sizeof code <= module->end && mt_is_readable_page(pc) &&
	       mt_is_readable_page(pc + sizeof code - 1) && mt_same((const void *)pc, code, sizeof code);
}

struct miss {
	struct walk *walk;
	uint64_t key, rule;
};

static void look_up(void *argument)
{
	struct miss *miss = argument;
	const struct walk *walk = miss->walk;
	struct mt_unwind *unwind = walk->unwind;
	struct mt_rule rule = { MT_OUT_GAP, 0, 0, 0 };
	uint64_t key = miss->key;
	uint32_t number = 0;
	struct mt_module *module = mt_module_at(unwind, key);
	if (!module && __atomic_load_n(&unwind->mapped, __ATOMIC_ACQUIRE) != unwind->seen) {
		mt_modules_refresh(walk->tracer);
		module = mt_module_at(unwind, key);
	}
	if (module) {
		number = (uint32_t)(module - unwind->modules) + 1;
		rule = mt_cfi_find(&module->table, key - module->shift);
		if ((rule.way == MT_OUT_GAP || rule.way == MT_OUT_NO_TABLE) && !walk->is_exact && is_restorer(module, walk->pc))
			rule.way = MT_OUT_SIGNAL;
	}
	miss->rule = pack(rule, number);
	if (!number) /* true until something is mapped: see rule_at */
		miss->rule |= (uint64_t)(unwind->seen & ((1u << CFA_BITS) - 1)) << 4;
	struct mt_cached *line = cache_line(unwind, key);
	__atomic_store_n(&line->check, miss->rule ^ key, __ATOMIC_RELAXED);
	__atomic_store_n(&line->rule, miss->rule, __ATOMIC_RELAXED);
}

/* What the cache does not hold, which is put there; an unknown rule when that cannot be told now. */
static __attribute__((noinline)) uint64_t find_rule(struct walk *walk, uint64_t key)
{
	struct miss miss = { walk, key, MT_OUT_GAP };
	if (walk->id) /* aside already */
		look_up(&miss);
	else
		mt_aside(walk->tracer, look_up, &miss);
	return miss.rule;
}

/* 0 when the cache does not have it, or has what no longer holds. */
static inline uint64_t cached_rule(struct mt_unwind *unwind, uint64_t key)
{
	struct mt_cached *line = cache_line(unwind, key);
	uint64_t rule = __atomic_load_n(&line->rule, __ATOMIC_RELAXED);
	uint32_t module = module_of(rule);
	if ((__atomic_load_n(&line->check, __ATOMIC_RELAXED) ^ rule) != key || !rule)
		return 0;
	if (module)
		return module <= MT_MODULES_MAX && unwind->modules[module - 1].alive ? rule : 0;
	return (rule >> 4 & ((1u << CFA_BITS) - 1)) == (unwind->mapped & ((1u << CFA_BITS) - 1)) ? rule : 0;
}

static inline uint64_t rule_at(struct walk *walk)
{
	uint64_t key = walk->pc - !walk->is_exact;
	uint64_t rule = cached_rule(walk->unwind, key);
	return __builtin_expect(rule != 0, 1) ? rule : find_rule(walk, key);
}

static struct mt_stack *finish_piece(struct walk *walk)
{
	mt_finish((struct mt_record *)walk->piece);
	walk->piece = 0;
	return 0;
}

/* Into the stack's record; 0 when there is no room in the journal. */
static int write_frame(struct walk *walk, uint64_t frame)
{
	uint64_t slot;
	struct mt_stack *piece = walk->piece;
	if (piece && piece->count == MT_STACK_FRAMES)
		piece = finish_piece(walk);
	if (!piece) {
		piece = (struct mt_stack *)mt_draw(walk->tracer, &slot);
		walk->piece = piece;
		if (!piece)
			return 0;
		piece->kind = MT_KIND_STACK;
		piece->tid = mt_tid(walk->tracer);
		piece->id = walk->id;
		piece->piece = (uint16_t)walk->piece_number++;
	}
	piece->frames[piece->count++] = frame;
	return 1;
}

static void write_module_frame(struct walk *walk, uint32_t module)
{
	uint64_t frame = walk->pc & ADDRESS_MASK;
	if (module) {
		const struct mt_stack_ids *ids = mt_config.stack_ids;
		if (!(__atomic_load_n(&ids->announced[module >> 3], __ATOMIC_ACQUIRE) >> (module & 7) & 1)) {
			if (walk->piece) /* the last piece must lie behind the names of all modules */
				finish_piece(walk);
			mt_module_announce(walk->tracer, module);
		}
		frame = (walk->pc - walk->unwind->modules[module - 1].bias) & ADDRESS_MASK;
	}
	walk->failed |= !write_frame(walk, frame | (uint64_t)module << MT_FRAME_ADDRESS_BITS);
}

/* The multiplication is off the chain from frame to frame. */
static inline uint64_t mixed(uint64_t hash, uint64_t pc, uint32_t module)
{
	return (hash << 7 | hash >> 57) + (pc ^ (uint64_t)module << 48) * 0x9e3779b97f4a7c15ull;
}

static inline void visit(struct walk *walk, uint32_t module)
{
	walk->depth++;
	if (!walk->id)
		walk->hash = mixed(walk->hash, walk->pc, module);
	else if (!walk->failed)
		write_module_frame(walk, module);
}

/* Leads to the caller's frame once the CFA is known: its registers lie below it. */
static inline uint32_t leave(struct walk *walk, uint64_t cfa, uint64_t rule)
{
	uint64_t pc, rbp = walk->rbp, rbx = walk->rbx;
	if (__builtin_expect(cfa <= walk->sp, 0))
		return MT_END_BAD_TABLE;
	if (!mt_reach_read(&walk->reach, cfa - 8, &pc))
		return MT_END_NO_MEMORY;
	if (rbp_words(rule) && !mt_reach_read(&walk->reach, cfa - 8 * rbp_words(rule), &rbp))
		return MT_END_NO_MEMORY;
	if (rbx_words(rule) && !mt_reach_read(&walk->reach, cfa - 8 * rbx_words(rule), &rbx))
		return MT_END_NO_MEMORY;
	walk->sp = cfa;
	walk->pc = pc;
	walk->rbp = rbp;
	walk->rbx = rbx;
	walk->is_exact = 0;
	return 0;
}

/* A frame that aligned its stack: the CFA is kept in memory, and registers below rbp. */
static uint32_t leave_aligned(struct walk *walk, uint64_t rule)
{
	uint64_t cfa, rbp, rbx = walk->rbx;
	if (!mt_reach_read(&walk->reach, walk->rbp + (uint64_t)cfa_of(rule), &cfa) || !mt_reach_read(&walk->reach, walk->rbp, &rbp))
		return MT_END_NO_MEMORY;
	if (rbx_words(rule) && !mt_reach_read(&walk->reach, walk->rbp - 8 * rbx_words(rule), &rbx))
		return MT_END_NO_MEMORY;
	uint32_t end = leave(walk, cfa, 0);
	walk->rbp = rbp;
	walk->rbx = rbx;
	return end;
}

/* Over a signal's frame: the interrupted instruction, on whichever stack it ran. */
static uint32_t leave_signal(struct walk *walk)
{
	uint64_t registers = walk->sp + UCONTEXT_REGISTERS, pc, sp, rbp, rbx;
	if (!mt_reach_read(&walk->reach, registers + 16 * 8, &pc) || !mt_reach_read(&walk->reach, registers + 15 * 8, &sp) ||
	    !mt_reach_read(&walk->reach, registers + 10 * 8, &rbp) || !mt_reach_read(&walk->reach, registers + 11 * 8, &rbx))
		return MT_END_NO_MEMORY;
	walk->pc = pc;
	walk->sp = sp;
	walk->rbp = rbp;
	walk->rbx = rbx;
	walk->is_exact = 1;
	return 0;
}

/* Whether the instruction before a return address is a call: e8 rel32, or ff /2 in its lengths. */
static int is_behind_call(const struct mt_unwind *unwind, uint64_t pc)
{
	const struct mt_module *module = mt_module_at((struct mt_unwind *)unwind, pc);
	const uint8_t *code = (const uint8_t *)pc;
	if (!module)
		return 1; /* code that a runtime made: its calls have any shape */
	if (pc - module->start < 8 || !mt_is_readable_page(pc - 7) || !mt_is_readable_page(pc - 1))
		return 0;
	if (code[-5] == 0xe8)
		return 1;
	for (int bytes = 2; bytes <= 7; bytes++)
		if (code[-bytes] == CALL_INDIRECT && (code[1 - bytes] >> 3 & 7) == 2)
			return 1;
	return 0;
}

/* By frame pointer, where no table can say better: code that runtimes make has no tables and keeps it. */
static uint32_t leave_by_pointer(struct walk *walk, uint32_t otherwise)
{
	uint64_t rbp, pc;
	if (walk->rbp < walk->sp || !mt_reach_read(&walk->reach, walk->rbp, &rbp) ||
	    !mt_reach_read(&walk->reach, walk->rbp + 8, &pc))
		return otherwise;
	if (!pc)
		return MT_END_START;
	if (pc < LOWEST_CODE || pc > ADDRESS_MASK || (pc >= walk->reach.low && pc < walk->reach.high))
		return otherwise;
	if (walk->unwind->modules[0].start && walk->tracer->header->stacks != MT_STACKS_FP && !is_behind_call(walk->unwind, pc))
		return otherwise;
	walk->sp = walk->rbp + 16;
	walk->rbp = rbp;
	walk->pc = pc;
	walk->is_exact = 0;
	return 0;
}

/* No table covers the frame. Right above the first stack pointer there is nothing left but the start of libc. */
static uint32_t leave_uncovered(struct walk *walk, uint64_t rule)
{
	if (walk->unwind->initial_sp - walk->sp <= STARTED_WITHIN)
		return MT_END_START;
	/* A file without any table may keep no frame pointers either: following them could skip frames unseen. */
	if (way_of(rule) == MT_OUT_NO_TABLE && module_of(rule))
		return MT_END_NO_TABLE;
	return leave_by_pointer(walk, MT_END_NO_TABLE);
}

static inline uint32_t step(struct walk *walk, uint64_t rule)
{
	switch (way_of(rule)) {
	case MT_OUT_RSP:
		return leave(walk, walk->sp + (uint64_t)cfa_of(rule), rule);
	case MT_OUT_RBP:
		return leave(walk, walk->rbp + (uint64_t)cfa_of(rule), rule);
	case MT_OUT_RBX:
		return leave(walk, walk->rbx + (uint64_t)cfa_of(rule), rule);
	case MT_OUT_DEREF:
		return leave_aligned(walk, rule);
	case MT_OUT_SIGNAL:
		return leave_signal(walk);
	case MT_OUT_START:
		return MT_END_START;
	case MT_OUT_BAD:
		return MT_END_BAD_TABLE;
	default:
		return leave_uncovered(walk, rule);
	}
}

/* From the site to the return address of the function around it. */
static uint32_t leave_site(struct walk *walk, const struct mt_live_site *site)
{
	uint64_t rule = rule_at(walk);
	uint32_t way = way_of(rule);
	if (way == MT_OUT_RDI) { /* vfork keeps its return address in a register across the call */
		walk->sp += (uint64_t)cfa_of(rule);
		walk->pc = walk->rdi;
		return 0;
	}
	if (way >= MT_OUT_RSP)
		return step(walk, rule);
	if (site->depth == MT_DEPTH_UNKNOWN)
		return MT_END_NO_TABLE;
	return leave(walk, walk->sp + site->depth + 8, 0);
}

static struct mt_memo *take_memo(const struct walk *walk)
{
	struct mt_memo *memo = &mt_config.stack_ids->memos[mt_tid(walk->tracer) & (MT_MEMOS - 1)];
	if (walk->id || __atomic_exchange_n(&memo->taken, 1, __ATOMIC_ACQUIRE))
		return 0;
	uint32_t mapped = __atomic_load_n(&walk->unwind->mapped, __ATOMIC_ACQUIRE);
	if (memo->mapped != mapped) {
		memo->mapped = mapped;
		memo->seen[memo->current][0].sp = ~0ull;
	}
	return memo;
}

static void begin(struct walk *walk, const struct mt_frame *frame)
{
	walk->pc = mt_site_of(frame)->resume;
	walk->sp = mt_frame_sp(frame);
	walk->rbp = mt_frame_rbp(frame);
	walk->rbx = mt_frame_rbx(frame);
	walk->rdi = frame->args[0];
	walk->is_exact = 0;
	mt_reach_begin(&walk->reach, walk->tracer, (uint64_t)frame);
}

/* The last walk's frames, and where this one's go. */
struct lists {
	const struct mt_seen *old;
	struct mt_seen *new; /* null: they go nowhere */
};

/*
 * Frames of the plain kinds, which nearly all are, on the first of the two walks.
 * What changes from frame to frame is in registers, so that the work on one frame
 * overlaps that on the next. Stops at a frame of another kind, before its visit.
 */
static void run_plain(struct walk *walk, struct lists *lists)
{
	const struct mt_seen *old = lists->old;
	struct mt_seen *new = lists->new;
	uint64_t pc = walk->pc, sp = walk->sp, rbp = walk->rbp, rbx = walk->rbx, hash = walk->hash;
	uint64_t low = walk->reach.low, room = walk->reach.high - low;
	uint32_t depth = walk->depth;

	for (; depth < MT_STACK_DEPTH - 1 && pc - LOWEST_CODE <= ADDRESS_MASK - LOWEST_CODE; depth++) {
		uint64_t rule, cfa;
		while (old->sp < sp)
			old++;
		if (__builtin_expect(old->sp == sp && old->pc == pc, 1))
			rule = old->rule;
		else if (!(rule = cached_rule(walk->unwind, pc - 1)))
			break;
		if (way_of(rule) == MT_OUT_RSP)
			cfa = sp + (uint64_t)cfa_of(rule);
		else if (way_of(rule) == MT_OUT_RBP)
			cfa = rbp + (uint64_t)cfa_of(rule);
		else
			break;
		uint64_t saved_rbp = cfa - 8 * rbp_words(rule), saved_rbx = cfa - 8 * rbx_words(rule);
		if (cfa <= sp || (cfa & 7) || cfa - 8 - low >= room || (saved_rbp != cfa && saved_rbp - low >= room) ||
		    (saved_rbx != cfa && saved_rbx - low >= room))
			break;
		hash = mixed(hash, pc, module_of(rule));
		*new++ = (struct mt_seen){ sp, pc, rule };
		if (saved_rbp != cfa)
			rbp = *(const uint64_t *)saved_rbp;
		if (saved_rbx != cfa)
			rbx = *(const uint64_t *)saved_rbx;
		sp = cfa;
		pc = *(const uint64_t *)(cfa - 8);
	}
	walk->pc = pc;
	walk->sp = sp;
	walk->rbp = rbp;
	walk->rbx = rbx;
	walk->hash = hash;
	walk->depth = depth;
	lists->old = old;
	lists->new = new;
}

/* One frame of any kind; the reason to end, or 0. */
static uint32_t run_any(struct walk *walk, struct lists *lists, uint32_t mode)
{
	if (!walk->pc)
		return MT_END_START;
	if (walk->pc - LOWEST_CODE > ADDRESS_MASK - LOWEST_CODE)
		return MT_END_BAD_TABLE;
	uint64_t rule = rule_at(walk);
	if (lists->new && !walk->is_exact)
		*lists->new++ = (struct mt_seen){ walk->sp, walk->pc, rule };
	visit(walk, module_of(rule));
	if (mode == MT_STACKS_CALLER)
		return MT_END_CALLER;
	if (walk->depth == MT_STACK_DEPTH)
		return MT_END_DEPTH;
	if (mode == MT_STACKS_FP)
		return leave_by_pointer(walk, MT_END_NO_MEMORY);
	if (way_of(rule) == MT_OUT_SIGNAL && lists->new) { /* the stack pointer may go down from here */
		lists->new->sp = ~0ull;
		lists->new = 0;
	}
	return step(walk, rule);
}

static enum mt_end take(struct walk *walk, const struct mt_frame *frame, uint32_t mode)
{
	struct mt_memo *memo = mode == MT_STACKS_UNWIND ? take_memo(walk) : 0;
	struct lists lists = { 0, 0 };
	if (memo) {
		lists.old = memo->seen[memo->current];
		lists.new = memo->seen[!memo->current];
	}
	begin(walk, frame);
	uint32_t end = leave_site(walk, mt_site_of(frame));
	if (!end && walk->pc)
		walk->caller = walk->pc;
	while (!end) {
		if (lists.new && mode == MT_STACKS_UNWIND && !walk->is_exact)
			run_plain(walk, &lists);
		end = run_any(walk, &lists, mode);
	}
	mt_reach_end(&walk->reach);
	if (lists.new)
		lists.new->sp = ~0ull;
	if (memo) {
		memo->current ^= 1;
		__atomic_store_n(&memo->taken, 0, __ATOMIC_RELEASE);
	}
	return (enum mt_end)end;
}

struct writing {
	struct walk *walk;
	const struct mt_frame *frame;
	uint32_t mode;
};

static void write_stack(void *argument)
{
	const struct writing *writing = argument;
	struct walk *walk = writing->walk;
	walk->id = mt_stack_new_id(mt_config.stack_ids);
	walk->depth = 0;
	uint32_t end = take(walk, writing->frame, writing->mode);
	if (walk->failed || !walk->piece) {
		walk->id = 0;
		return;
	}
	walk->piece->end = (uint8_t)end;
	walk->piece->flags = MT_STACK_LAST;
	mt_finish((struct mt_record *)walk->piece);
}

static uint32_t stack_in_mode(struct walk *walk, const struct mt_frame *frame, uint32_t mode)
{
	struct mt_stack_ids *ids = mt_config.stack_ids;
	walk->hash = walk->depth = walk->id = 0;
	enum mt_end end = take(walk, frame, mode);
	if (!walk->depth)
		return 0;
	uint64_t hash = (walk->hash + end) * 0x9e3779b97f4a7c15ull;
	hash = (hash ^ hash >> 32) | 1ull << 63;
	uint32_t id = mt_stack_find(ids, hash);
	if (__builtin_expect(id != 0, 1))
		return id;
	if (!mt_stack_has_room(ids, hash, mode == MT_STACKS_CALLER))
		return 0;
	struct writing writing = { walk, frame, mode };
	mt_aside(walk->tracer, write_stack, &writing);
	if (walk->id)
		mt_stack_keep(ids, hash, walk->id);
	return walk->id;
}

uint32_t mt_stack_of(struct mt_tracer *tracer, const struct mt_frame *frame, uint64_t *return_address)
{
	struct walk walk;
	uint32_t mode = tracer->header->stacks;
	*return_address = 0;
	if (!mt_config.unwind || mode == MT_STACKS_NONE)
		return 0;
	walk.tracer = tracer;
	walk.unwind = mt_config.unwind;
	walk.piece = 0;
	walk.failed = walk.piece_number = 0;
	walk.caller = 0;
	uint32_t id = stack_in_mode(&walk, frame, mode);
	*return_address = walk.caller;
	if (__builtin_expect(!id && walk.depth, 0) && !walk.failed) {
		__atomic_fetch_add(&tracer->header->stacks_lost, 1, __ATOMIC_RELAXED);
		if (mode != MT_STACKS_CALLER)
			id = stack_in_mode(&walk, frame, MT_STACKS_CALLER);
	}
	return id;
}
