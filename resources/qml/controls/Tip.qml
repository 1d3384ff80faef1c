import QtQuick
import QtQuick.Controls.Basic
import "../theme"

// What a control does and the key for it.
ToolTip {
    id: tip
    property string shortcut: ""

    delay: 500
    padding: Theme.unit
    contentItem: Row {
        spacing: Theme.unit
        AppText { color: Theme.canvas; font.pixelSize: Theme.small; text: tip.text }
        AppText { color: Theme.canvas; font.pixelSize: Theme.small; opacity: 0.8; strong: true; text: tip.shortcut; visible: text }
    }
    background: Rectangle { color: Theme.ink; radius: Theme.radiusSmall }
}
