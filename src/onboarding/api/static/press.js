// A page is not brought up to date under a finger: what is pressed stays where it is until the press has had its effect.
// Else it would end on another button than it began on, and be lost.
(() => {
  let pressed = false
  let late = false
  const letGo = () => setTimeout(() => { // after the click
    pressed = false
    if (!late) return
    late = false
    htmx.trigger(document.body, "changed")
  })
  addEventListener("pointerdown", (event) => { if (event.isPrimary && event.button === 0) pressed = true }, true)
  addEventListener("pointerup", letGo, true)
  addEventListener("pointercancel", letGo, true)
  addEventListener("blur", letGo)
  document.addEventListener("htmx:before:swap", (event) => {
    if (!pressed) return
    late = true
    event.preventDefault()
  })
})()
