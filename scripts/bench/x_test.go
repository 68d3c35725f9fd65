package main
import "testing"
func BenchmarkCall(b *testing.B){ c:=call().competitors; b.ReportAllocs(); for b.Loop(){ c[1].do() } }
func BenchmarkPage(b *testing.B){ r:=decoding(); for _, x := range r { b.Run(x.name, func(b *testing.B){ for b.Loop(){ x.competitors[1].do() } }) } }
