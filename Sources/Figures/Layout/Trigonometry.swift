internal import Glibc

func sine(_ radians: Double) -> Double { Glibc.sin(radians) }
func cosine(_ radians: Double) -> Double { Glibc.cos(radians) }
func hypotenuse(_ a: Double, _ b: Double) -> Double { (a * a + b * b).squareRoot() }
