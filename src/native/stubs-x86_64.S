/*
 * The stubs that patched sites jump to, and the only two places where the
 * program's own calls are made while it is recorded: mt_program_call (on the
 * hook's frame) and a stub's inline part (on the caller's untouched stack).
 *
 * A site `mov $nr,%eax; syscall` becomes `jmp stub`. The stub skips the red
 * zone, saves the argument registers and the flags, and asks mt_dispatch. The
 * registers that the call leaves alone are left alone; rcx and r11 end as the
 * syscall instruction leaves them: the address gone on at, and the flags.
 */
	.section .note.GNU-stack, "", @progbits
	.text

	.hidden mt_dispatch
	.hidden mt_returned
	.globl mt_entry
	.hidden mt_entry
	.globl mt_entry_behind
	.hidden mt_entry_behind
	.globl mt_returned_behind
	.hidden mt_returned_behind
	.globl mt_entries_end
	.hidden mt_entries_end

/* struct mt_frame: rax, rdi, rsi, rdx, r10, r8, r9, stub number, flags */
	.macro save_frame
	pushq %r9
	.cfi_adjust_cfa_offset 8
	pushq %r8
	.cfi_adjust_cfa_offset 8
	pushq %r10
	.cfi_adjust_cfa_offset 8
	pushq %rdx
	.cfi_adjust_cfa_offset 8
	pushq %rsi
	.cfi_adjust_cfa_offset 8
	pushq %rdi
	.cfi_adjust_cfa_offset 8
	pushq %rax
	.cfi_adjust_cfa_offset 8
	.endm

	.macro restore_frame
	popq %rax
	.cfi_adjust_cfa_offset -8
	popq %rdi
	.cfi_adjust_cfa_offset -8
	popq %rsi
	.cfi_adjust_cfa_offset -8
	popq %rdx
	.cfi_adjust_cfa_offset -8
	popq %r10
	.cfi_adjust_cfa_offset -8
	popq %r8
	.cfi_adjust_cfa_offset -8
	popq %r9
	.cfi_adjust_cfa_offset -8
	popq %rcx                       /* where to go on */
	.cfi_adjust_cfa_offset -8
	movq (%rsp), %r11
	popfq
	.cfi_adjust_cfa_offset -8
	leaq 128(%rsp), %rsp
	.cfi_adjust_cfa_offset -128
	.endm

/* Calls \function(frame) with an aligned stack; rbp is kept, and lies below the frame with rbx, where a walk begins. */
	.macro ask function, behind
	pushq %rbp
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset rbp, 0
	movq %rsp, %rbp
	.cfi_remember_state
	.cfi_def_cfa_register rbp
	leaq 8(%rsp), %rdi
	pushq %rbx
	andq $-16, %rsp
	cld
	call \function
\behind:                                /* a walk that comes by here goes on at the site: see leave.c */
	movq %rbp, %rsp
	.cfi_restore_state
	popq %rbp
	.cfi_adjust_cfa_offset -8
	.cfi_restore rbp
	.endm

	.p2align 4
	.type mt_entry, @function
mt_entry:
	.cfi_startproc
	.cfi_def_cfa_offset 8 + 128 + 16
	save_frame
	ask mt_dispatch, mt_entry_behind
	/* Either way goes on at frame.slot: behind the site, or at the stub's inline part. */
	restore_frame
	jmp *%rcx
	.cfi_endproc
	.size mt_entry, . - mt_entry

/* A parent or a failed call behind a stub's inline call; ecx is the stub's number. */
	.p2align 4
	.type mt_entry_returned, @function
mt_entry_returned:
	.cfi_startproc
	.cfi_def_cfa_offset 8
	leaq -128(%rsp), %rsp
	.cfi_adjust_cfa_offset 128
	pushfq
	.cfi_adjust_cfa_offset 8
	pushq %rcx
	.cfi_adjust_cfa_offset 8
	save_frame
	ask mt_returned, mt_returned_behind
	restore_frame
	jmp *%rcx
	.cfi_endproc
	.size mt_entry_returned, . - mt_entry_returned
mt_entries_end:

/* Another stack for a while: mt_call_on(stack, function, argument). */
	.p2align 4
	.globl mt_call_on
	.hidden mt_call_on
	.type mt_call_on, @function
mt_call_on:
	.cfi_startproc
	pushq %rbp
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset rbp, 0
	movq %rsp, %rbp
	.cfi_def_cfa_register rbp
	movq %rdi, %rsp
	movq %rdx, %rdi
	call *%rsi
	movq %rbp, %rsp
	popq %rbp
	.cfi_restore rbp
	.cfi_def_cfa rsp, 8
	ret
	.cfi_endproc
	.size mt_call_on, . - mt_call_on

	.p2align 4
	.globl mt_program_call
	.hidden mt_program_call
	.type mt_program_call, @function
mt_program_call:
	.cfi_startproc
	movq 0(%rdi), %rax
	movq 16(%rdi), %rsi
	movq 24(%rdi), %rdx
	movq 32(%rdi), %r10
	movq 40(%rdi), %r8
	movq 48(%rdi), %r9
	movq 8(%rdi), %rdi
	syscall
	.globl maptrail_program_syscall
	.hidden maptrail_program_syscall
maptrail_program_syscall:               /* what a tracer shows as the program's own instruction pointer */
	ret
	.cfi_endproc
	.size mt_program_call, . - mt_program_call

/* The patcher fills in the moved instructions, the number and the jump back; see arch-x86_64.h for the offsets. */
	.section .text.stubs, "ax", @progbits
	.p2align 12
	.globl mt_stubs
	.hidden mt_stubs
	.type mt_stubs, @object
mt_stubs:
	.cfi_startproc
	.cfi_def_cfa_offset 8
	.set number, 0
	.rept 64
	.p2align 6
0:	.byte 0x0f, 0x1f, 0x84, 0, 0, 0, 0, 0   /* 16 bytes of nop: moved instructions */
	.byte 0x0f, 0x1f, 0x84, 0, 0, 0, 0, 0
	.byte 0xb8, 0, 0, 0, 0                  /* mov $nr,%eax, or a nop */
	leaq -128(%rsp), %rsp
	pushfq
	.byte 0x68                              /* push $number */
	.long number
	.byte 0xe9                              /* jmp mt_entry */
	.long mt_entry - . - 4
	syscall
1:	.byte 0xe9, 0, 0, 0, 0                  /* jmp back */
	syscall
	testq %rax, %rax
	je 1b
	.byte 0xb9                              /* mov $number,%ecx */
	.long number
	.byte 0xe9                              /* jmp mt_entry_returned */
	.long mt_entry_returned - . - 4
	.set number, number + 1
	.endr
	.p2align 6
	.cfi_endproc
	.size mt_stubs, . - mt_stubs
