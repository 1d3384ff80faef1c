import QtQuick
import QtQuick.Controls.Basic
import "../../theme"
import "../../controls"

AbstractButton {
    id: tender
    property string kind: ""
    property string reason: ""
    property bool allowed: true
    property bool chosen: false
    readonly property color tint: !allowed ? Theme.soft : chosen ? Theme.accent : Theme.ink

    enabled: allowed
    implicitHeight: inside.implicitHeight + 24
    implicitWidth: 132
    text: Words.tender(kind)
    Accessible.name: text
    Accessible.description: allowed ? "" : Words.reason(reason)
    Accessible.role: Accessible.RadioButton
    Accessible.checked: chosen
    Keys.onReturnPressed: click()
    background: Rectangle {
        border { color: tender.chosen ? Theme.accent : Theme.line; width: tender.chosen ? 2 : 1 }
        color: !tender.allowed ? Theme.sunken : tender.chosen ? Theme.accentSoft : tender.down ? Theme.pressed : tender.hovered ? Theme.sunken : Theme.surface
        radius: Theme.radius
        FocusRing { around: tender }
    }
    contentItem: Item {
        Column {
            id: inside
            anchors.centerIn: parent
            spacing: 4
            width: parent.width - 12
            Icon { anchors.horizontalCenter: parent.horizontalCenter; color: tender.tint; name: Words.tenderIcon(tender.kind); size: 26 }
            AppText { color: tender.tint; horizontalAlignment: Text.AlignHCenter; strong: true; text: tender.text; width: parent.width; wrapMode: Text.Wrap }
            AppText {
                font.pixelSize: Theme.small
                horizontalAlignment: Text.AlignHCenter
                muted: true
                text: Words.reason(tender.reason)
                visible: !tender.allowed
                width: parent.width
                wrapMode: Text.Wrap
            }
        }
    }
}
