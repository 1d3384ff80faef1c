import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../../theme"
import "../../controls"

// What is due, what was given so far, and the way back.
Card {
    id: card
    required property var vm
    readonly property bool narrow: width / Theme.scale < 260

    ColumnLayout {
        anchors { fill: parent; margins: 20 }
        spacing: 4
        AppText { muted: true; text: qsTr("To pay") }
        MoneyText { Layout.fillWidth: true; amount: card.vm.due; currency: card.vm.currency; font.pixelSize: Theme.display; fontSizeMode: Text.HorizontalFit; strong: true }
        Rectangle { Layout.bottomMargin: 8; Layout.fillWidth: true; Layout.topMargin: 12; color: Theme.line; implicitHeight: 1 }
        RowLayout {
            AppText { Layout.fillWidth: true; muted: true; text: qsTr("Total") }
            MoneyText { amount: card.vm.total; currency: card.vm.currency }
        }
        RowLayout {
            AppText { Layout.fillWidth: true; muted: true; text: qsTr("Given so far"); wrapMode: Text.WordWrap }
            MoneyText { amount: card.vm.paid; currency: card.vm.currency }
        }
        ListView {
            Layout.fillHeight: true
            Layout.fillWidth: true
            Layout.topMargin: 12
            clip: true
            model: card.vm.tenders
            spacing: 8
            delegate: Rectangle {
                required property var modelData
                color: Theme.sunken
                height: Math.max(56, given.implicitHeight + 8)
                radius: Theme.radius
                width: ListView.view.width
                RowLayout {
                    id: given
                    anchors { left: parent.left; leftMargin: 12; right: parent.right; verticalCenter: parent.verticalCenter }
                    spacing: 10
                    Icon { name: Words.tenderIcon(modelData.kind); size: 20 }
                    ColumnLayout {
                        Layout.fillWidth: true
                        spacing: 0
                        AppText { Layout.fillWidth: true; strong: true; text: Words.tender(modelData.kind); wrapMode: Text.Wrap }
                        AppText { Layout.fillWidth: true; font.pixelSize: Theme.small; muted: true; text: modelData.detail; visible: text }
                        MoneyText { amount: modelData.amount; currency: card.vm.currency; visible: card.narrow }
                    }
                    MoneyText { amount: modelData.amount; currency: card.vm.currency; visible: !card.narrow }
                    IconButton { iconName: "close"; text: qsTr("Take back %1").arg(Words.tender(modelData.kind)); onClicked: card.vm.drop(modelData.id) }
                }
            }
        }
        ActionButton { Layout.fillWidth: true; iconName: "arrow-left"; shortcut: "Esc"; text: qsTr("Back to the basket"); onClicked: app.go("sell") }
    }
}
