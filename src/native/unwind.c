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
#define WORD_BITS 10
#define STARTED_WITHIN 512 /* bytes that lie between the first stack pointer and main's frame, at most */
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

static inline uint64_t rule_at(struct walk *walk)
{
	uint64_t key = walk->pc - !walk->is_exact;
	struct mt_unwind *unwind = walk->unwind;
	struct mt_cached *line = cache_line(unwind, key);
	uint64_t rule = __atomic_load_n(&line->rule, __ATOMIC_RELAXED);
	if (__builtin_expect((__atomic_load_n(&line->check, __ATOMIC_RELAXED) ^ rule) == key && rule, 1)) {
		uint32_t module = module_of(rule);
		if (module) {
			if (__builtin_expect(module <= MT_MODULES_MAX && unwind->modules[module - 1].alive, 1))
				return rule;
		} else if ((rule >> 4 & ((1u << CFA_BITS) - 1)) == (unwind->mapped & ((1u << CFA_BITS) - 1))) {
			return rule;
		}
	}
	return find_rule(walk, key);
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

static inline void visit(struct walk *walk, uint32_t module)
{
	if (!walk->depth)
		walk->caller = walk->pc;
	walk->depth++;
	if (walk->id) {
		if (!walk->failed)
			write_module_frame(walk, module);
		return;
	}
	walk->hash = (walk->hash + (walk->pc ^ (uint64_t)module << 48)) * 0x9e3779b97f4a7c15ull;
	walk->hash ^= walk->hash >> 29;
}

/* Leads to the caller's frame once the CFA is known: its registers lie below it. */
static inline uint32_t leave(struct walk *walk, uint64_t cfa, uint64_t rule)
{
	uint32_t rbp_words = rule >> 24 & 1023, rbx_words = rule >> 34 & 1023;
	uint64_t pc, rbp = walk->rbp, rbx = walk->rbx;
	if (__builtin_expect(cfa <= walk->sp, 0))
		return MT_END_BAD_TABLE;
	if (!mt_reach_read(&walk->reach, cfa - 8, &pc))
		return MT_END_NO_MEMORY;
	if (rbp_words && !mt_reach_read(&walk->reach, cfa - 8 * rbp_words, &rbp))
		return MT_END_NO_MEMORY;
	if (rbx_words && !mt_reach_read(&walk->reach, cfa - 8 * rbx_words, &rbx))
		return MT_END_NO_MEMORY;
	walk->sp = cfa;
	walk->pc = pc;
	walk->rbp = rbp;
	walk->rbx = rbx;
	walk->is_exact = 0;
	return pc ? 0 : MT_END_START;
}

/* A frame that aligned its stack: the CFA is kept in memory, and registers below rbp. */
static uint32_t leave_aligned(struct walk *walk, uint64_t rule)
{
	uint32_t rbx_words = rule >> 34 & 1023;
	uint64_t cfa, rbp, rbx = walk->rbx;
	if (!mt_reach_read(&walk->reach, walk->rbp + (uint64_t)cfa_of(rule), &cfa) || !mt_reach_read(&walk->reach, walk->rbp, &rbp))
		return MT_END_NO_MEMORY;
	if (rbx_words && !mt_reach_read(&walk->reach, walk->rbp - 8 * rbx_words, &rbx))
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
	return pc ? 0 : MT_END_START;
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

static enum mt_end take(struct walk *walk, const struct mt_frame *frame, uint32_t mode)
{
	const struct mt_live_site *site = mt_site_of(frame);
	walk->pc = site->resume;
	walk->sp = mt_frame_sp(frame);
	walk->rbp = mt_frame_rbp(frame);
	walk->rbx = mt_frame_rbx(frame);
	walk->rdi = frame->args[0];
	walk->is_exact = 0;
	mt_reach_begin(&walk->reach, walk->tracer, (uint64_t)frame);
	uint32_t end = leave_site(walk, site);
	while (!end) {
		if (__builtin_expect(walk->pc - LOWEST_CODE > ADDRESS_MASK - LOWEST_CODE, 0)) {
			end = MT_END_BAD_TABLE;
			break;
		}
		uint64_t rule = rule_at(walk);
		visit(walk, module_of(rule));
		if (mode == MT_STACKS_CALLER)
			end = MT_END_CALLER;
		else if (walk->depth == MT_STACK_DEPTH)
			end = MT_END_DEPTH;
		else if (mode == MT_STACKS_FP)
			end = leave_by_pointer(walk, MT_END_NO_MEMORY);
		else
			end = step(walk, rule);
	}
	mt_reach_end(&walk->reach);
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
