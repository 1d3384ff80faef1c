import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../theme"
import "../controls"

FocusScope {
    id: screen
    readonly property var vm: app.welcome

    component Start: AbstractButton {
        id: start
        property string iconName: ""
        property string detail: ""
        property bool first: false
        Layout.fillHeight: true
        Layout.preferredWidth: Math.round(320 * Math.min(1.25, Theme.scale))
        implicitHeight: inside.implicitHeight + 56
        Accessible.name: text
        Accessible.description: detail
        Keys.onReturnPressed: click()
        background: Card { border { color: start.first ? Theme.accent : Theme.line; width: start.first ? 2 : 1 } color: start.down ? Theme.pressed : start.hovered ? Theme.sunken : Theme.surface; FocusRing { around: start } }
        contentItem: Item {
            ColumnLayout {
                id: inside
                anchors { left: parent.left; margins: 24; right: parent.right; top: parent.top }
                spacing: 8
                Rectangle {
                    color: Theme.accentSoft
                    implicitHeight: 56
                    implicitWidth: 56
                    radius: 28
                    Icon { anchors.centerIn: parent; color: Theme.accent; name: start.iconName; size: 28 }
                }
                AppText { Layout.fillWidth: true; Layout.topMargin: 8; font.pixelSize: Theme.title; strong: true; text: start.text; wrapMode: Text.Wrap }
                AppText { Layout.fillWidth: true; muted: true; text: start.detail; wrapMode: Text.Wrap }
            }
        }
    }
    ColumnLayout {
        anchors.centerIn: parent
        spacing: 40
        ColumnLayout {
            Layout.alignment: Qt.AlignHCenter
            spacing: 8
            AppText { Layout.alignment: Qt.AlignHCenter; font.pixelSize: Theme.display; font.weight: Font.Bold; text: qsTr("Welcome to posbridge") }
            AppText { Layout.alignment: Qt.AlignHCenter; Layout.maximumWidth: 640; horizontalAlignment: Text.AlignHCenter; muted: true; text: qsTr("A till that sells with no network and brings every sale, exactly once, to your POS and your online shop."); wrapMode: Text.Wrap }
        }
        RowLayout {
            Layout.alignment: Qt.AlignHCenter
            spacing: 24
            Start { detail: qsTr("Your POS or your online shop: enter its keys, and one real call proves them."); first: true; focus: true; iconName: "connection"; text: qsTr("Connect a system"); onClicked: screen.vm.connect_system() }
            Start { detail: qsTr("A shop with products, people and two simulated systems. Nothing leaves this machine."); enabled: !screen.vm.busy; iconName: "storefront-outline"; text: screen.vm.busy ? qsTr("Opening the demo shop…") : qsTr("Try the demo shop"); onClicked: screen.vm.try_demo() }
        }
        Banner { Layout.fillWidth: true; detail: screen.vm.failure.next_step || ""; meaning: "problem"; title: screen.vm.failure.message || ""; visible: !!screen.vm.failure.code }
    }
}
