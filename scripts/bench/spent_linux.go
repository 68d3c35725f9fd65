package main

import (
	"syscall"
	"time"
)

// spent is the processor time of this thread until now. Other processes disturb it
// little. The collector works in other threads, as it does beside a program that
// leaves it a core.
func spent() time.Duration { return usage(syscall.RUSAGE_THREAD) }

// spentByAll is the processor time of all threads until now.
func spentByAll() time.Duration { return usage(syscall.RUSAGE_SELF) }

func usage(who int) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(who, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
