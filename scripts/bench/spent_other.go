//go:build !linux

package main

import "time"

var started = time.Now()

// spent is the time on the clock until now: only Linux tells that of a thread.
func spent() time.Duration { return time.Since(started) }

func spentByAll() time.Duration { return spent() }
