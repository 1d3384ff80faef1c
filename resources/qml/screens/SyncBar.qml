import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../theme"
import "../controls"

// Is everything sent, and if not, what waits: always there, opens the queue.
AbstractButton {
    id: bar
    readonly property var vm: app.sync
    readonly property string meaning: {
        switch (vm.state) {
        case "all_sent": return "good"
        case "waiting": return ""
        case "offline": return "attention"
        default: return "problem"
        }
    }
    readonly property string words: {
        fmt.locale
        switch (vm.state) {
        case "all_sent": return qsTr("All sent")
        case "waiting": return qsTr("%n waiting, oldest %1", "", vm.waiting).arg(fmt.span(vm.oldest_seconds))
        case "offline": return vm.waiting > 0 ? qsTr("Offline: selling goes on · %n order(s) kept here", "", vm.waiting)
                                              : qsTr("Offline: selling goes on")
        case "sign_in": return qsTr("Sign in to %1").arg(vm.system)
        default: return qsTr("%n order(s) need you", "", vm.attention)
        }
    }

    implicitHeight: Theme.touch
    rightPadding: 16
    Accessible.name: words
    Accessible.description: qsTr("Opens the queue")
    Keys.onReturnPressed: click()
    onClicked: app.go("queue")
    background: Rectangle {
        color: bar.down ? Theme.pressed : bar.hovered ? Theme.sunken : Theme.surface
        Rectangle { color: Theme.line; height: 1; width: parent.width }
        FocusRing { anchors.margins: 1; around: bar }
    }
    contentItem: RowLayout {
        spacing: 20
        Badge {
            Layout.leftMargin: 12
            iconName: bar.vm.state === "waiting" ? "clock-outline" : bar.vm.state === "offline" ? "cloud-off-outline" : Theme.meaningIcon(bar.meaning)
            meaning: bar.meaning
            text: bar.words
        }
        Repeater {
            model: bar.vm.connections
            Row {
                required property var modelData
                spacing: 6
                Icon {
                    anchors.verticalCenter: parent.verticalCenter
                    color: Theme.meaning(Words.connectionMeaning(modelData.state))
                    name: Words.connectionIcon(modelData.state)
                    size: 16
                }
                AppText { font.pixelSize: Theme.small; muted: true; text: modelData.label; visible: bar.width / Theme.scale > 800 }
                Accessible.name: modelData.label + ": " + Words.connection(modelData.state)
                Accessible.role: Accessible.StaticText
            }
        }
        Item { Layout.fillWidth: true }
        AppText {
            font.pixelSize: Theme.small
            muted: true
            text: bar.vm.last_good_at ? (fmt.locale, qsTr("Last contact %1").arg(fmt.time(bar.vm.last_good_at))) : ""
        }
        AppText {
            visible: bar.width / Theme.scale > 800
            font.pixelSize: Theme.small
            muted: true
            text: app.shift.opened_at ? (fmt.locale, qsTr("Shift open since %1").arg(fmt.time(app.shift.opened_at))) : qsTr("No shift open")
        }
    }
}
