// A page is not brought up to date under a finger: what is pressed stays where it is until it is let go. Else the
// press would end on another button than it began on, and be lost.
(() => {
  let pressed = false
  let late = false
  const letGo = () => {
    pressed = false
    if (!late) return
    late = false
    setTimeout(() => htmx.trigger(document.body, "changed")) // when the click has had its turn
  }
  addEventListener("pointerdown", () => { pressed = true }, true)
  addEventListener("pointerup", letGo, true)
  addEventListener("pointercancel", letGo, true)
  addEventListener("blur", letGo)
  document.addEventListener("htmx:before:swap", (event) => {
    if (!pressed) return
    late = true
    event.preventDefault()
  })
})()
