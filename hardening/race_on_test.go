//go:build race

package hardening

const raceDetector = true
