/* mt_call_on_stack(stack, function, argument): calls function(argument) with another stack pointer. */
	.section .note.GNU-stack, "", @progbits
	.text

	.p2align 4
	.globl mt_call_on_stack
	.hidden mt_call_on_stack
	.type mt_call_on_stack, @function
mt_call_on_stack:
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
	.size mt_call_on_stack, . - mt_call_on_stack
