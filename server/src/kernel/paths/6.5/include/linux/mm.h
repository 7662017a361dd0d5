/* What a fault returns for an error; of include/linux/mm.h, v6.12. */
static inline vm_fault_t vmf_fs_error(int err)
{
	switch (err) {
	case 0:
		return VM_FAULT_LOCKED;
	case -EFAULT:
	case -EAGAIN:
		return VM_FAULT_NOPAGE;
	default:
		return err == -ENOMEM ? VM_FAULT_OOM : VM_FAULT_SIGBUS;
	}
}
