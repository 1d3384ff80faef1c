import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../theme"

Button {
    id: button
    property string variant: "secondary" // primary, secondary, quiet, danger
    property string iconName: ""
    property string shortcut: ""
    property string tip: ""
    property string trailing: ""
    property bool wraps: false
    readonly property color inkColor: !enabled ? Theme.edge : variant === "primary" ? Theme.accentInk
        : variant === "danger" ? Theme.problem : variant === "quiet" ? Theme.accent : Theme.ink

    implicitHeight: wraps ? Math.max(Theme.touch, row.implicitHeight + 16) : Theme.touch
    leftPadding: variant === "quiet" ? 12 : 16
    rightPadding: leftPadding
    font { family: Theme.family; features: { "tnum": 1 } pixelSize: Theme.body; weight: Font.DemiBold }
    Accessible.name: text
    Accessible.description: tip
    Keys.onReturnPressed: click()
    Keys.onEnterPressed: click()

    contentItem: Item {
        implicitWidth: row.implicitWidth
        implicitHeight: row.implicitHeight
        RowLayout {
            id: row
            anchors.centerIn: parent
            width: Math.min(implicitWidth, parent.width)
            spacing: 8
            Icon { color: button.inkColor; name: button.iconName; size: 20; visible: name }
            AppText { Layout.fillWidth: true; color: button.inkColor; font: button.font; horizontalAlignment: button.wraps ? Text.AlignHCenter : Text.AlignLeft; text: button.text; visible: text; wrapMode: button.wraps ? Text.Wrap : Text.NoWrap }
            AppText { color: button.inkColor; font: button.font; text: button.trailing; visible: text }
        }
    }
    background: Rectangle {
        radius: Theme.radius
        color: {
            if (!button.enabled)
                return button.variant === "quiet" ? "transparent" : Theme.sunken
            if (button.variant === "primary")
                return button.down || button.hovered ? Theme.accentPressed : Theme.accent
            if (button.down)
                return Theme.pressed
            return button.hovered ? Theme.sunken : button.variant === "quiet" ? "transparent" : Theme.surface
        }
        border.color: button.variant === "danger" ? Theme.problem : Theme.edge
        border.width: button.enabled && (button.variant === "secondary" || button.variant === "danger") ? 1 : 0
        Behavior on color { ColorAnimation { duration: Theme.fast } }
        FocusRing { around: button }
    }
    Tip { shortcut: button.shortcut; text: button.tip || button.text; visible: button.hovered && (button.tip || button.shortcut) }
}
