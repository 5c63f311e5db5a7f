/*
 * The stubs that patched sites jump to. A recorded program's own calls are made in two places only:
 * mt_program_call, below the hook's frame, and a stub's inline part, on the caller's untouched stack.
 *
 * A site `mov $nr,%eax; syscall` becomes `jmp stub`. The stub skips the red zone, saves the argument
 * registers and the flags, and calls mt_dispatch. Registers that a system call preserves are preserved;
 * rcx and r11 end as the syscall instruction leaves them: the address that execution continues at, and the flags.
 */
	.section .note.GNU-stack, "", @progbits
	.text

	.hidden mt_dispatch
	.hidden mt_child_made
	.globl mt_entry
	.hidden mt_entry
	.globl mt_entry_return
	.hidden mt_entry_return
	.globl mt_child_made_return
	.hidden mt_child_made_return
	.globl mt_entries_end
	.hidden mt_entries_end

/* struct mt_frame but for rbx and rbp: rax, rdi, rsi, rdx, r10, r8, r9, resume, stub, flags; the last two are there */
	.macro save_frame
	leaq -8(%rsp), %rsp
	.cfi_adjust_cfa_offset 8
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
	popq %rcx                       /* resume */
	.cfi_adjust_cfa_offset -8
	leaq 8(%rsp), %rsp
	.cfi_adjust_cfa_offset -8
	movq (%rsp), %r11
	popfq
	.cfi_adjust_cfa_offset -8
	leaq 128(%rsp), %rsp
	.cfi_adjust_cfa_offset -128
	.endm

/* Completes the frame with rbp and rbx, for the stack walk, and calls \function(frame) on an aligned stack. */
	.macro call_hook function, return
	pushq %rbp
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset rbp, 0
	movq %rsp, %rbp
	.cfi_remember_state
	.cfi_def_cfa_register rbp
	pushq %rbx
	movq %rsp, %rdi
	andq $-16, %rsp
	cld
	call \function
\return:                                /* a stack walk that meets this address continues at the site: stack/step.c */
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
	call_hook mt_dispatch, mt_entry_return
	/* Continues at frame.resume: after the site, or in the stub's inline part. */
	restore_frame
	jmp *%rcx
	.cfi_endproc
	.size mt_entry, . - mt_entry

/* Entered by the parent, or after a failure, from a stub's inline clone; ecx is the stub's number. */
	.p2align 4
	.type mt_entry_child_made, @function
mt_entry_child_made:
	.cfi_startproc
	.cfi_def_cfa_offset 8
	leaq -128(%rsp), %rsp
	.cfi_adjust_cfa_offset 128
	pushfq
	.cfi_adjust_cfa_offset 8
	pushq %rcx
	.cfi_adjust_cfa_offset 8
	save_frame
	call_hook mt_child_made, mt_child_made_return
	restore_frame
	jmp *%rcx
	.cfi_endproc
	.size mt_entry_child_made, . - mt_entry_child_made
mt_entries_end:

/* mt_program_call(frame) */
	.p2align 4
	.globl mt_program_call
	.hidden mt_program_call
	.type mt_program_call, @function
mt_program_call:
	.cfi_startproc
	movq 16(%rdi), %rax
	movq 32(%rdi), %rsi
	movq 40(%rdi), %rdx
	movq 48(%rdi), %r10
	movq 56(%rdi), %r8
	movq 64(%rdi), %r9
	movq 24(%rdi), %rdi
	syscall
	.globl maptrail_program_syscall
	.hidden maptrail_program_syscall
maptrail_program_syscall:               /* what strace -k shows as the instruction pointer of a recorded call */
	ret
	.cfi_endproc
	.size mt_program_call, . - mt_program_call

/* The patcher fills in the moved instructions, the number and the jump to the resume address; stubs-x86_64.h has the offsets. */
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
1:	.byte 0xe9, 0, 0, 0, 0                  /* jmp resume */
	syscall
	testq %rax, %rax
	je 1b
	.byte 0xb9                              /* mov $number,%ecx */
	.long number
	.byte 0xe9                              /* jmp mt_entry_child_made */
	.long mt_entry_child_made - . - 4
	.set number, number + 1
	.endr
	.p2align 6
	.cfi_endproc
	.size mt_stubs, . - mt_stubs
