//go:build race

package paging_test

const raceDetector = true
