;; c = a · b, all float32: the one loop that decides how fast the page draws.
;;
;;   a  [rows, depth]            row by row; rows is a multiple of 4
;;   b  [panels, depth, 8]       the columns of b, eight by eight
;;   c  [rows, 8 · panels]       row by row
;;
;; A tile of c, 4 rows by 8 columns, stays in eight registers while a and b stream past.
(module
  (import "page" "memory" (memory 1))
  (func (export "product")
    (param $a i32) (param $b i32) (param $c i32) (param $rows i32) (param $depth i32) (param $panels i32)
    (local $panel i32) (local $row i32) (local $k i32) (local $stride i32) (local $wide i32)
    (local $pa i32) (local $pb i32) (local $pc i32)
    (local $left v128) (local $right v128) (local $x v128)
    (local $l0 v128) (local $r0 v128) (local $l1 v128) (local $r1 v128)
    (local $l2 v128) (local $r2 v128) (local $l3 v128) (local $r3 v128)
    (local $a1 i32) (local $a2 i32) (local $a3 i32)
    (local.set $stride (i32.shl (local.get $depth) (i32.const 2)))  ;; bytes of a row of a
    (local.set $wide (i32.shl (local.get $panels) (i32.const 5)))   ;; bytes of a row of c
    (loop $next_panel
      (local.set $row (i32.const 0))
      (local.set $pa (local.get $a))
      (local.set $pc (i32.add (local.get $c) (i32.shl (local.get $panel) (i32.const 5))))
      (loop $next_rows
        (local.set $a1 (i32.add (local.get $pa) (local.get $stride)))
        (local.set $a2 (i32.add (local.get $a1) (local.get $stride)))
        (local.set $a3 (i32.add (local.get $a2) (local.get $stride)))
        (local.set $pb (local.get $b))
        (local.set $k (i32.const 0))
        (local.set $l0 (v128.const i32x4 0 0 0 0)) (local.set $r0 (v128.const i32x4 0 0 0 0))
        (local.set $l1 (v128.const i32x4 0 0 0 0)) (local.set $r1 (v128.const i32x4 0 0 0 0))
        (local.set $l2 (v128.const i32x4 0 0 0 0)) (local.set $r2 (v128.const i32x4 0 0 0 0))
        (local.set $l3 (v128.const i32x4 0 0 0 0)) (local.set $r3 (v128.const i32x4 0 0 0 0))
        (loop $next_k
          (local.set $left (v128.load (local.get $pb)))
          (local.set $right (v128.load offset=16 (local.get $pb)))
          (local.set $x (v128.load32_splat (i32.add (local.get $pa) (local.get $k))))
          (local.set $l0 (f32x4.add (local.get $l0) (f32x4.mul (local.get $x) (local.get $left))))
          (local.set $r0 (f32x4.add (local.get $r0) (f32x4.mul (local.get $x) (local.get $right))))
          (local.set $x (v128.load32_splat (i32.add (local.get $a1) (local.get $k))))
          (local.set $l1 (f32x4.add (local.get $l1) (f32x4.mul (local.get $x) (local.get $left))))
          (local.set $r1 (f32x4.add (local.get $r1) (f32x4.mul (local.get $x) (local.get $right))))
          (local.set $x (v128.load32_splat (i32.add (local.get $a2) (local.get $k))))
          (local.set $l2 (f32x4.add (local.get $l2) (f32x4.mul (local.get $x) (local.get $left))))
          (local.set $r2 (f32x4.add (local.get $r2) (f32x4.mul (local.get $x) (local.get $right))))
          (local.set $x (v128.load32_splat (i32.add (local.get $a3) (local.get $k))))
          (local.set $l3 (f32x4.add (local.get $l3) (f32x4.mul (local.get $x) (local.get $left))))
          (local.set $r3 (f32x4.add (local.get $r3) (f32x4.mul (local.get $x) (local.get $right))))
          (local.set $pb (i32.add (local.get $pb) (i32.const 32)))
          (br_if $next_k
            (i32.lt_u (local.tee $k (i32.add (local.get $k) (i32.const 4))) (local.get $stride))))
        (v128.store (local.get $pc) (local.get $l0))
        (v128.store offset=16 (local.get $pc) (local.get $r0))
        (local.set $pc (i32.add (local.get $pc) (local.get $wide)))
        (v128.store (local.get $pc) (local.get $l1))
        (v128.store offset=16 (local.get $pc) (local.get $r1))
        (local.set $pc (i32.add (local.get $pc) (local.get $wide)))
        (v128.store (local.get $pc) (local.get $l2))
        (v128.store offset=16 (local.get $pc) (local.get $r2))
        (local.set $pc (i32.add (local.get $pc) (local.get $wide)))
        (v128.store (local.get $pc) (local.get $l3))
        (v128.store offset=16 (local.get $pc) (local.get $r3))
        (local.set $pc (i32.add (local.get $pc) (local.get $wide)))
        (local.set $pa (i32.add (local.get $a3) (local.get $stride)))
        (br_if $next_rows
          (i32.lt_u (local.tee $row (i32.add (local.get $row) (i32.const 4))) (local.get $rows))))
      (local.set $b (local.get $pb))
      (br_if $next_panel
        (i32.lt_u (local.tee $panel (i32.add (local.get $panel) (i32.const 1))) (local.get $panels))))))
