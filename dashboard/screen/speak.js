// Sets the language of the document and puts our words where Streamlit's widgets have fixed English ones.
// Only whole texts and the labels read aloud are replaced, never text of the data (which is never equal to them).

const ATTRIBUTES = ["aria-label", "placeholder", "title", "aria-valuetext"]
let words = new Map()
let patterns = []

function translated(text) {
  const whole = text.trim()
  if (words.has(whole)) return text.replace(whole, words.get(whole))
  for (const [pattern, put] of patterns) if (pattern.test(whole)) return text.replace(pattern, put)
  return null
}

function visit(node) {
  if (node.nodeType === Node.TEXT_NODE) {
    const put = translated(node.nodeValue)
    if (put !== null && put !== node.nodeValue) node.nodeValue = put
    return
  }
  if (node.nodeType !== Node.ELEMENT_NODE) return
  if (node.closest("[data-spoken='no'], script, style")) return
  for (const name of ATTRIBUTES) {
    const found = node.getAttribute(name)
    const put = found && translated(found)
    if (put && put !== found) node.setAttribute(name, put)
  }
  for (const child of node.childNodes) visit(child)
}

function visitAll(records) {
  for (const record of records) {
    if (record.type === "childList") record.addedNodes.forEach(visit)
    else visit(record.target)
  }
}

export default function ({ data }) {
  document.documentElement.lang = data.tag
  words = new Map(Object.entries(data.words).filter(([from, to]) => from !== to && !from.includes("{")))
  patterns = Object.entries(data.words)
    .filter(([from, to]) => from !== to && from.includes("{"))
    .map(([from, to]) => {
      const source = from.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{\w+\}/, "(.+)")
      return [new RegExp(`^${source}$`), to.replace(/\{\w+\}/, "$1")]
    })
  window.gridSpeaker?.disconnect()
  if (!words.size && !patterns.length) return
  window.gridSpeaker = new MutationObserver(visitAll)
  visit(document.body)
  window.gridSpeaker.observe(document.body, {
    subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ATTRIBUTES,
  })
}
