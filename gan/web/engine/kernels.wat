;; The loops over numbers that decide how fast the page draws and trains. All numbers are float32.
;;
;; Addresses, strides and sizes are in bytes; where an array is walked by vectors of four numbers, its size is a multiple
;; of 16. `rows`, `depth`, `panels`, `pictures` and `side` are counts. Loops count down to 0, so no count may be 0.
;;
;; tests/web/build_kernels.py makes two programs of this text: kernels.wasm, and kernels-relaxed.wasm, in which each
;; multiplication followed by an addition in `product` is one instruction (relaxed SIMD) where a processor has one.
(module
  (import "page" "memory" (memory 1))

  ;; c = a · b, or c += a · b where `add` is 1.
  ;;
  ;;   a  [rows, depth]        rows is a multiple of 4; strides a_row and a_k, so a transposed matrix is read in place
  ;;   b  [depth, 8 · panels]  b_k from one row to the next, b_panel from eight columns to the next eight
  ;;   c  [rows, 8 · panels]   c_row from one row to the next
  ;;
  ;; A tile of c, 4 rows by 8 columns, stays in eight registers while a and b stream past.
  (func (export "product")
    (param $a i32) (param $a_row i32) (param $a_k i32)
    (param $b i32) (param $b_k i32) (param $b_panel i32)
    (param $c i32) (param $c_row i32)
    (param $rows i32) (param $depth i32) (param $panels i32) (param $add i32)
    (local $row i32) (local $k i32) (local $pa i32) (local $pb i32)
    (local $a0 i32) (local $a1 i32) (local $a2 i32) (local $a3 i32)
    (local $c0 i32) (local $c1 i32) (local $c2 i32) (local $c3 i32)
    (local $left v128) (local $right v128) (local $x v128)
    (local $l0 v128) (local $r0 v128) (local $l1 v128) (local $r1 v128)
    (local $l2 v128) (local $r2 v128) (local $l3 v128) (local $r3 v128)
    (loop $next_panel
      (local.set $row (local.get $rows))
      (local.set $pa (local.get $a))
      (local.set $c0 (local.get $c))
      (loop $next_rows
        (local.set $a0 (local.get $pa))
        (local.set $a1 (i32.add (local.get $a0) (local.get $a_row)))
        (local.set $a2 (i32.add (local.get $a1) (local.get $a_row)))
        (local.set $a3 (i32.add (local.get $a2) (local.get $a_row)))
        (local.set $pa (i32.add (local.get $a3) (local.get $a_row)))
        (local.set $c1 (i32.add (local.get $c0) (local.get $c_row)))
        (local.set $c2 (i32.add (local.get $c1) (local.get $c_row)))
        (local.set $c3 (i32.add (local.get $c2) (local.get $c_row)))
        (local.set $pb (local.get $b))
        (local.set $k (local.get $depth))
        (if (local.get $add)
          (then
            (local.set $l0 (v128.load (local.get $c0))) (local.set $r0 (v128.load offset=16 (local.get $c0)))
            (local.set $l1 (v128.load (local.get $c1))) (local.set $r1 (v128.load offset=16 (local.get $c1)))
            (local.set $l2 (v128.load (local.get $c2))) (local.set $r2 (v128.load offset=16 (local.get $c2)))
            (local.set $l3 (v128.load (local.get $c3))) (local.set $r3 (v128.load offset=16 (local.get $c3))))
          (else
            (local.set $l0 (v128.const i32x4 0 0 0 0)) (local.set $r0 (v128.const i32x4 0 0 0 0))
            (local.set $l1 (v128.const i32x4 0 0 0 0)) (local.set $r1 (v128.const i32x4 0 0 0 0))
            (local.set $l2 (v128.const i32x4 0 0 0 0)) (local.set $r2 (v128.const i32x4 0 0 0 0))
            (local.set $l3 (v128.const i32x4 0 0 0 0)) (local.set $r3 (v128.const i32x4 0 0 0 0))))
        (loop $next_k
          (local.set $left (v128.load (local.get $pb)))
          (local.set $right (v128.load offset=16 (local.get $pb)))
          (local.set $x (v128.load32_splat (local.get $a0)))
          (local.set $l0 (f32x4.add (local.get $l0) (f32x4.mul (local.get $x) (local.get $left))))
          (local.set $r0 (f32x4.add (local.get $r0) (f32x4.mul (local.get $x) (local.get $right))))
          (local.set $x (v128.load32_splat (local.get $a1)))
          (local.set $l1 (f32x4.add (local.get $l1) (f32x4.mul (local.get $x) (local.get $left))))
          (local.set $r1 (f32x4.add (local.get $r1) (f32x4.mul (local.get $x) (local.get $right))))
          (local.set $x (v128.load32_splat (local.get $a2)))
          (local.set $l2 (f32x4.add (local.get $l2) (f32x4.mul (local.get $x) (local.get $left))))
          (local.set $r2 (f32x4.add (local.get $r2) (f32x4.mul (local.get $x) (local.get $right))))
          (local.set $x (v128.load32_splat (local.get $a3)))
          (local.set $l3 (f32x4.add (local.get $l3) (f32x4.mul (local.get $x) (local.get $left))))
          (local.set $r3 (f32x4.add (local.get $r3) (f32x4.mul (local.get $x) (local.get $right))))
          (local.set $a0 (i32.add (local.get $a0) (local.get $a_k)))
          (local.set $a1 (i32.add (local.get $a1) (local.get $a_k)))
          (local.set $a2 (i32.add (local.get $a2) (local.get $a_k)))
          (local.set $a3 (i32.add (local.get $a3) (local.get $a_k)))
          (local.set $pb (i32.add (local.get $pb) (local.get $b_k)))
          (br_if $next_k (local.tee $k (i32.sub (local.get $k) (i32.const 1)))))
        (v128.store (local.get $c0) (local.get $l0)) (v128.store offset=16 (local.get $c0) (local.get $r0))
        (v128.store (local.get $c1) (local.get $l1)) (v128.store offset=16 (local.get $c1) (local.get $r1))
        (v128.store (local.get $c2) (local.get $l2)) (v128.store offset=16 (local.get $c2) (local.get $r2))
        (v128.store (local.get $c3) (local.get $l3)) (v128.store offset=16 (local.get $c3) (local.get $r3))
        (local.set $c0 (i32.add (local.get $c3) (local.get $c_row)))
        (br_if $next_rows (i32.gt_s (local.tee $row (i32.sub (local.get $row) (i32.const 4))) (i32.const 0))))
      (local.set $b (i32.add (local.get $b) (local.get $b_panel)))
      (local.set $c (i32.add (local.get $c) (i32.const 32)))
      (br_if $next_panel (local.tee $panels (i32.sub (local.get $panels) (i32.const 1))))))

  ;; Windows of 4 × 4 pixels at every second pixel of padded pictures, as the rows of a matrix.
  ;;
  ;;   padded   [pictures, 2 · side + 2, 2 · side + 2, channels]
  ;;   patches  [pictures · side · side, 16 · channels]
  ;;   run      the bytes of 4 pixels, which are one line of a window
  (func (export "im2col")
    (param $padded i32) (param $patches i32) (param $pictures i32) (param $side i32) (param $run i32)
    (local $line i32) (local $down i32) (local $across i32) (local $y i32) (local $n i32)
    (local $window i32) (local $from i32) (local $first i32)
    (local.set $line  ;; the bytes of a line of a padded picture
      (i32.mul (i32.shr_u (local.get $run) (i32.const 2))
               (i32.shl (i32.add (local.get $side) (i32.const 1)) (i32.const 1))))
    (loop $next_picture
      (local.set $first (local.get $padded))
      (local.set $down (local.get $side))
      (loop $next_line
        (local.set $window (local.get $first))
        (local.set $across (local.get $side))
        (loop $next_window
          (local.set $y (i32.const 4))
          (local.set $from (local.get $window))
          (loop $next_y
            (local.set $n (i32.const 0))
            (loop $copy
              (v128.store (i32.add (local.get $patches) (local.get $n))
                          (v128.load (i32.add (local.get $from) (local.get $n))))
              (br_if $copy (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 16))) (local.get $run))))
            (local.set $patches (i32.add (local.get $patches) (local.get $run)))
            (local.set $from (i32.add (local.get $from) (local.get $line)))
            (br_if $next_y (local.tee $y (i32.sub (local.get $y) (i32.const 1)))))
          (local.set $window (i32.add (local.get $window) (i32.shr_u (local.get $run) (i32.const 1))))
          (br_if $next_window (local.tee $across (i32.sub (local.get $across) (i32.const 1)))))
        (local.set $first (i32.add (local.get $first) (i32.shl (local.get $line) (i32.const 1))))
        (br_if $next_line (local.tee $down (i32.sub (local.get $down) (i32.const 1)))))
      (local.set $padded (i32.add (local.get $first) (i32.shl (local.get $line) (i32.const 1))))
      (br_if $next_picture (local.tee $pictures (i32.sub (local.get $pictures) (i32.const 1))))))

  ;; The adjoint of im2col: adds each window to its place in the padded pictures, which the caller has set to 0.
  (func (export "col2im")
    (param $padded i32) (param $patches i32) (param $pictures i32) (param $side i32) (param $run i32)
    (local $line i32) (local $down i32) (local $across i32) (local $y i32) (local $n i32)
    (local $window i32) (local $to i32) (local $first i32) (local $at i32)
    (local.set $line
      (i32.mul (i32.shr_u (local.get $run) (i32.const 2))
               (i32.shl (i32.add (local.get $side) (i32.const 1)) (i32.const 1))))
    (loop $next_picture
      (local.set $first (local.get $padded))
      (local.set $down (local.get $side))
      (loop $next_line
        (local.set $window (local.get $first))
        (local.set $across (local.get $side))
        (loop $next_window
          (local.set $y (i32.const 4))
          (local.set $to (local.get $window))
          (loop $next_y
            (local.set $n (i32.const 0))
            (loop $add
              (local.set $at (i32.add (local.get $to) (local.get $n)))
              (v128.store (local.get $at)
                (f32x4.add (v128.load (local.get $at)) (v128.load (i32.add (local.get $patches) (local.get $n)))))
              (br_if $add (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 16))) (local.get $run))))
            (local.set $patches (i32.add (local.get $patches) (local.get $run)))
            (local.set $to (i32.add (local.get $to) (local.get $line)))
            (br_if $next_y (local.tee $y (i32.sub (local.get $y) (i32.const 1)))))
          (local.set $window (i32.add (local.get $window) (i32.shr_u (local.get $run) (i32.const 1))))
          (br_if $next_window (local.tee $across (i32.sub (local.get $across) (i32.const 1)))))
        (local.set $first (i32.add (local.get $first) (i32.shl (local.get $line) (i32.const 1))))
        (br_if $next_line (local.tee $down (i32.sub (local.get $down) (i32.const 1)))))
      (local.set $padded (i32.add (local.get $first) (i32.shl (local.get $line) (i32.const 1))))
      (br_if $next_picture (local.tee $pictures (i32.sub (local.get $pictures) (i32.const 1))))))

  ;; Copies pictures [pictures, height, line] into padded ones, or back. A line has `line` bytes. In the padded pictures
  ;; each line has `pixel` bytes more at both ends, and there is a line more above and below. What is around stays.
  (func (export "pad")
    (param $padded i32) (param $x i32) (param $pictures i32) (param $height i32) (param $line i32) (param $pixel i32)
    (local $wide i32) (local $rows i32) (local $n i32)
    (local.set $wide (i32.add (local.get $line) (i32.shl (local.get $pixel) (i32.const 1))))
    (loop $next_picture
      (local.set $padded (i32.add (i32.add (local.get $padded) (local.get $wide)) (local.get $pixel)))
      (local.set $rows (local.get $height))
      (loop $next_line
        (local.set $n (i32.const 0))
        (loop $copy
          (v128.store (i32.add (local.get $padded) (local.get $n)) (v128.load (i32.add (local.get $x) (local.get $n))))
          (br_if $copy (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 16))) (local.get $line))))
        (local.set $padded (i32.add (local.get $padded) (local.get $wide)))
        (local.set $x (i32.add (local.get $x) (local.get $line)))
        (br_if $next_line (local.tee $rows (i32.sub (local.get $rows) (i32.const 1)))))
      (local.set $padded (i32.sub (i32.add (local.get $padded) (local.get $wide)) (local.get $pixel)))
      (br_if $next_picture (local.tee $pictures (i32.sub (local.get $pictures) (i32.const 1))))))
  (func (export "crop")
    (param $padded i32) (param $x i32) (param $pictures i32) (param $height i32) (param $line i32) (param $pixel i32)
    (local $wide i32) (local $rows i32) (local $n i32)
    (local.set $wide (i32.add (local.get $line) (i32.shl (local.get $pixel) (i32.const 1))))
    (loop $next_picture
      (local.set $padded (i32.add (i32.add (local.get $padded) (local.get $wide)) (local.get $pixel)))
      (local.set $rows (local.get $height))
      (loop $next_line
        (local.set $n (i32.const 0))
        (loop $copy
          (v128.store (i32.add (local.get $x) (local.get $n)) (v128.load (i32.add (local.get $padded) (local.get $n))))
          (br_if $copy (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 16))) (local.get $line))))
        (local.set $padded (i32.add (local.get $padded) (local.get $wide)))
        (local.set $x (i32.add (local.get $x) (local.get $line)))
        (br_if $next_line (local.tee $rows (i32.sub (local.get $rows) (i32.const 1)))))
      (local.set $padded (i32.sub (i32.add (local.get $padded) (local.get $wide)) (local.get $pixel)))
      (br_if $next_picture (local.tee $pictures (i32.sub (local.get $pictures) (i32.const 1))))))

  ;; x = LeakyReLU(x + bias), of rows of `size` bytes; the bias has one row.
  (func (export "leaky_relu")
    (param $x i32) (param $bias i32) (param $rows i32) (param $size i32) (param $slope f32)
    (local $n i32) (local $v v128)
    (loop $next_row
      (local.set $n (i32.const 0))
      (loop $next
        (local.set $v (f32x4.add (v128.load (local.get $x)) (v128.load (i32.add (local.get $bias) (local.get $n)))))
        (v128.store (local.get $x)
          (f32x4.pmax (local.get $v) (f32x4.mul (local.get $v) (f32x4.splat (local.get $slope)))))
        (local.set $x (i32.add (local.get $x) (i32.const 16)))
        (br_if $next (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 16))) (local.get $size))))
      (br_if $next_row (local.tee $rows (i32.sub (local.get $rows) (i32.const 1))))))

  ;; x = tanh(x + bias), of rows of `size` bytes; the bias has one row.
  ;; tanh |x| = (1 − e) / (1 + e) with e = exp(−2 |x|) = 2^y; y is split into a whole number n and a rest in −½…½, whose
  ;; power is a polynomial (the series of 2^y up to the sixth power, which is off by 1.2e-7 at most).
  (func (export "tanh") (param $x i32) (param $bias i32) (param $rows i32) (param $size i32)
    (local $i i32) (local $v v128) (local $y v128) (local $n v128) (local $e v128)
    (loop $next_row
      (local.set $i (i32.const 0))
      (loop $next
        (local.set $v (f32x4.add (v128.load (local.get $x)) (v128.load (i32.add (local.get $bias) (local.get $i)))))
        (local.set $y  ;; −2 log₂e · |x|, and at least −126, the least exponent of a float32
          (f32x4.max (v128.const f32x4 -126 -126 -126 -126)
            (f32x4.mul (f32x4.abs (local.get $v))
              (v128.const f32x4 -2.8853900817779268 -2.8853900817779268 -2.8853900817779268 -2.8853900817779268))))
        (local.set $n (f32x4.nearest (local.get $y)))
        (local.set $y (f32x4.sub (local.get $y) (local.get $n)))
        (local.set $e (v128.const f32x4 1.5403530393e-4 1.5403530393e-4 1.5403530393e-4 1.5403530393e-4))
        (local.set $e (f32x4.add (f32x4.mul (local.get $e) (local.get $y)) (v128.const f32x4 1.3333558146e-3 1.3333558146e-3 1.3333558146e-3 1.3333558146e-3)))
        (local.set $e (f32x4.add (f32x4.mul (local.get $e) (local.get $y)) (v128.const f32x4 9.6181291076e-3 9.6181291076e-3 9.6181291076e-3 9.6181291076e-3)))
        (local.set $e (f32x4.add (f32x4.mul (local.get $e) (local.get $y)) (v128.const f32x4 5.5504108664e-2 5.5504108664e-2 5.5504108664e-2 5.5504108664e-2)))
        (local.set $e (f32x4.add (f32x4.mul (local.get $e) (local.get $y)) (v128.const f32x4 2.4022650696e-1 2.4022650696e-1 2.4022650696e-1 2.4022650696e-1)))
        (local.set $e (f32x4.add (f32x4.mul (local.get $e) (local.get $y)) (v128.const f32x4 6.9314718056e-1 6.9314718056e-1 6.9314718056e-1 6.9314718056e-1)))
        (local.set $e (f32x4.add (f32x4.mul (local.get $e) (local.get $y)) (v128.const f32x4 1 1 1 1)))
        (local.set $e
          (f32x4.mul (local.get $e)
            (i32x4.shl  ;; 2^n, by its exponent's bits
              (i32x4.add (i32x4.trunc_sat_f32x4_s (local.get $n)) (v128.const i32x4 127 127 127 127))
              (i32.const 23))))
        (v128.store (local.get $x)
          (v128.or
            (v128.and (local.get $v) (v128.const i32x4 0x80000000 0x80000000 0x80000000 0x80000000))  ;; the sign
            (f32x4.div
              (f32x4.sub (v128.const f32x4 1 1 1 1) (local.get $e))
              (f32x4.add (v128.const f32x4 1 1 1 1) (local.get $e)))))
        (local.set $x (i32.add (local.get $x) (i32.const 16)))
        (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 16))) (local.get $size))))
      (br_if $next_row (local.tee $rows (i32.sub (local.get $rows) (i32.const 1))))))

  ;; LeakyReLU backwards: u is multiplied by `slope` where the layer's result y is below 0.
  (func (export "leaky_relu_back") (param $u i32) (param $y i32) (param $size i32) (param $slope f32)
    (local $v v128)
    (loop $next
      (local.set $v (v128.load (local.get $u)))
      (v128.store (local.get $u)
        (v128.bitselect
          (f32x4.mul (local.get $v) (f32x4.splat (local.get $slope)))
          (local.get $v)
          (f32x4.lt (v128.load (local.get $y)) (v128.const i32x4 0 0 0 0))))
      (local.set $u (i32.add (local.get $u) (i32.const 16)))
      (local.set $y (i32.add (local.get $y) (i32.const 16)))
      (br_if $next (i32.gt_s (local.tee $size (i32.sub (local.get $size) (i32.const 16))) (i32.const 0)))))

  ;; y = s · x + t · y
  (func (export "blend") (param $y i32) (param $x i32) (param $size i32) (param $s f32) (param $t f32)
    (loop $next
      (v128.store (local.get $y)
        (f32x4.add
          (f32x4.mul (f32x4.splat (local.get $t)) (v128.load (local.get $y)))
          (f32x4.mul (f32x4.splat (local.get $s)) (v128.load (local.get $x)))))
      (local.set $y (i32.add (local.get $y) (i32.const 16)))
      (local.set $x (i32.add (local.get $x) (i32.const 16)))
      (br_if $next (i32.gt_s (local.tee $size (i32.sub (local.get $size) (i32.const 16))) (i32.const 0)))))

  ;; y = s · x
  (func (export "scale") (param $y i32) (param $x i32) (param $size i32) (param $s f32)
    (loop $next
      (v128.store (local.get $y) (f32x4.mul (f32x4.splat (local.get $s)) (v128.load (local.get $x))))
      (local.set $y (i32.add (local.get $y) (i32.const 16)))
      (local.set $x (i32.add (local.get $x) (i32.const 16)))
      (br_if $next (i32.gt_s (local.tee $size (i32.sub (local.get $size) (i32.const 16))) (i32.const 0)))))

  ;; sums += scale · the sum of all rows of x, of `size` bytes each
  (func (export "add_rows")
    (param $sums i32) (param $x i32) (param $rows i32) (param $size i32) (param $scale f32)
    (local $n i32) (local $at i32)
    (loop $next_row
      (local.set $n (i32.const 0))
      (loop $next
        (local.set $at (i32.add (local.get $sums) (local.get $n)))
        (v128.store (local.get $at)
          (f32x4.add (v128.load (local.get $at))
                     (f32x4.mul (f32x4.splat (local.get $scale)) (v128.load (local.get $x)))))
        (local.set $x (i32.add (local.get $x) (i32.const 16)))
        (br_if $next (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 16))) (local.get $size))))
      (br_if $next_row (local.tee $rows (i32.sub (local.get $rows) (i32.const 1))))))

  ;; The scalar product of x and y.
  (func (export "dot") (param $x i32) (param $y i32) (param $size i32) (result f32)
    (local $sum v128)
    (loop $next
      (local.set $sum
        (f32x4.add (local.get $sum) (f32x4.mul (v128.load (local.get $x)) (v128.load (local.get $y)))))
      (local.set $x (i32.add (local.get $x) (i32.const 16)))
      (local.set $y (i32.add (local.get $y) (i32.const 16)))
      (br_if $next (i32.gt_s (local.tee $size (i32.sub (local.get $size) (i32.const 16))) (i32.const 0))))
    (f32.add
      (f32.add (f32x4.extract_lane 0 (local.get $sum)) (f32x4.extract_lane 1 (local.get $sum)))
      (f32.add (f32x4.extract_lane 2 (local.get $sum)) (f32x4.extract_lane 3 (local.get $sum)))))

  ;; One step of Adam (arXiv 1412.6980) for weights w, with the moments mu and nu of their gradients g.
  ;; debias_1 is 1 / (1 − β₁ᵗ) and debias_2 is 1 / (1 − β₂ᵗ), at step t.
  (func (export "adam")
    (param $w i32) (param $mu i32) (param $nu i32) (param $g i32) (param $size i32) (param $rate f32)
    (param $beta_1 f32) (param $beta_2 f32) (param $debias_1 f32) (param $debias_2 f32)
    (local $v v128) (local $first v128) (local $second v128)
    (loop $next
      (local.set $v (v128.load (local.get $g)))
      (local.set $first
        (f32x4.add
          (f32x4.mul (f32x4.splat (local.get $beta_1)) (v128.load (local.get $mu)))
          (f32x4.mul (f32x4.splat (f32.sub (f32.const 1) (local.get $beta_1))) (local.get $v))))
      (local.set $second
        (f32x4.add
          (f32x4.mul (f32x4.splat (local.get $beta_2)) (v128.load (local.get $nu)))
          (f32x4.mul (f32x4.splat (f32.sub (f32.const 1) (local.get $beta_2)))
                     (f32x4.mul (local.get $v) (local.get $v)))))
      (v128.store (local.get $mu) (local.get $first))
      (v128.store (local.get $nu) (local.get $second))
      (v128.store (local.get $w)
        (f32x4.sub (v128.load (local.get $w))
          (f32x4.div
            (f32x4.mul (f32x4.splat (f32.mul (local.get $rate) (local.get $debias_1))) (local.get $first))
            (f32x4.add
              (f32x4.sqrt (f32x4.mul (f32x4.splat (local.get $debias_2)) (local.get $second)))
              (f32x4.splat (f32.const 1e-8))))))
      (local.set $w (i32.add (local.get $w) (i32.const 16)))
      (local.set $mu (i32.add (local.get $mu) (i32.const 16)))
      (local.set $nu (i32.add (local.get $nu) (i32.const 16)))
      (local.set $g (i32.add (local.get $g) (i32.const 16)))
      (br_if $next (i32.gt_s (local.tee $size (i32.sub (local.get $size) (i32.const 16))) (i32.const 0)))))

  ;; Puts every number of x between −bound and bound.
  (func (export "clip") (param $x i32) (param $size i32) (param $bound f32)
    (loop $next
      (v128.store (local.get $x)
        (f32x4.max (f32x4.splat (f32.neg (local.get $bound)))
          (f32x4.min (f32x4.splat (local.get $bound)) (v128.load (local.get $x)))))
      (local.set $x (i32.add (local.get $x) (i32.const 16)))
      (br_if $next (i32.gt_s (local.tee $size (i32.sub (local.get $size) (i32.const 16))) (i32.const 0)))))

  ;; to [columns, rows] = from [rows, columns] transposed, by blocks of 4 × 4; both counts are multiples of 4.
  (func (export "transpose") (param $from i32) (param $to i32) (param $rows i32) (param $columns i32)
    (local $line i32) (local $tall i32) (local $left i32) (local $read i32) (local $write i32)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128) (local $e v128) (local $f v128)
    (local.set $line (i32.shl (local.get $columns) (i32.const 2)))  ;; bytes of a row of `from`
    (local.set $tall (i32.shl (local.get $rows) (i32.const 2)))     ;; bytes of a row of `to`
    (loop $next_rows
      (local.set $left (local.get $columns))
      (local.set $write (local.get $to))
      (loop $next_block
        (local.set $read (local.get $from))
        (local.set $a (v128.load (local.get $read)))
        (local.set $b (v128.load (local.tee $read (i32.add (local.get $read) (local.get $line)))))
        (local.set $c (v128.load (local.tee $read (i32.add (local.get $read) (local.get $line)))))
        (local.set $d (v128.load (i32.add (local.get $read) (local.get $line))))
        (local.set $e (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $a) (local.get $b)))  ;; a0 b0 a1 b1
        (local.set $f (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $c) (local.get $d)))  ;; c0 d0 c1 d1
        (v128.store (local.get $write) (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $e) (local.get $f)))
        (local.set $write (i32.add (local.get $write) (local.get $tall)))
        (v128.store (local.get $write) (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $e) (local.get $f)))
        (local.set $write (i32.add (local.get $write) (local.get $tall)))
        (local.set $e (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31 (local.get $a) (local.get $b)))  ;; a2 b2 a3 b3
        (local.set $f (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31 (local.get $c) (local.get $d)))  ;; c2 d2 c3 d3
        (v128.store (local.get $write) (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $e) (local.get $f)))
        (local.set $write (i32.add (local.get $write) (local.get $tall)))
        (v128.store (local.get $write) (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $e) (local.get $f)))
        (local.set $write (i32.add (local.get $write) (local.get $tall)))
        (local.set $from (i32.add (local.get $from) (i32.const 16)))
        (br_if $next_block (local.tee $left (i32.sub (local.get $left) (i32.const 4)))))
      (local.set $from (i32.add (local.get $from) (i32.mul (local.get $line) (i32.const 3))))
      (local.set $to (i32.add (local.get $to) (i32.const 16)))
      (br_if $next_rows (local.tee $rows (i32.sub (local.get $rows) (i32.const 4))))))

  (func (export "fill_zero") (param $x i32) (param $size i32)
    (memory.fill (local.get $x) (i32.const 0) (local.get $size))))
